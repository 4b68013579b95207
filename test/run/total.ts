/** `node test/run/total.ts <vitest's JSON report>=<exit code of its run> ...`: prints `N passed, N failed`, exits 1 when anything failed. */
import { printTotal, readCounts } from "./counts.ts";

process.exitCode = printTotal(
  process.argv.slice(2).map((argument) => {
    const at = argument.lastIndexOf("=");
    return { counts: readCounts(argument.slice(0, at)), exitCode: Number(argument.slice(at + 1)) };
  }),
);

/** `node start/report/total.ts <vitest's JSON report>=<exit code of its run> ...`: prints `N passed, N failed`, exits 1 when anything failed. */
import { readFileSync } from "node:fs";
import { countTests, type TestCounts, totalOf } from "./counts.ts";

const runs = process.argv.slice(2).map((argument) => {
  const at = argument.lastIndexOf("=");
  return { counts: readCounts(argument.slice(0, at)), exitCode: Number(argument.slice(at + 1)) };
});
const { passed, failed, skipped } = totalOf(runs);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

function readCounts(file: string): TestCounts {
  try {
    return countTests(readFileSync(file, "utf8"));
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

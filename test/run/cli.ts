import { rmSync } from "node:fs";
import path from "node:path";
import { runCommand } from "../../cli/command.ts";
import { localFolder, ROOT } from "../../cli/paths.ts";
import { type Outcome, run } from "../../cli/process.ts";
import { seconds } from "../../cli/time.ts";
import { NO_TESTS, printTotal, readCounts } from "./counts.ts";
import { mcpPackagesMissing, TSC_OF_MCP } from "./mcp-types.ts";

/** Minutes on two free cores; a machine busy with other work has needed three times as long. */
const TIMEOUT_MS = 1_500_000;

interface Check {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

async function perform(check: Check): Promise<Outcome> {
  const started = Date.now();
  const outcome = await run(check.program, check.args, { cwd: ROOT, timeoutMs: TIMEOUT_MS });
  const took = seconds(Date.now() - started);
  console.log(`${outcome.code === 0 ? "ok    " : "FAILED"} ${check.name} (${took})`);
  if (outcome.code !== 0) console.log(`${outcome.stdout}${outcome.stderr}`.trimEnd());
  return outcome;
}

/** Those of the package that the program's `npm ci` does not install. */
async function typesOfMcp(): Promise<Pick<Outcome, "code">> {
  const missing = mcpPackagesMissing();
  if (missing === undefined) return perform({ name: "types of mcp (tsc)", program: "tsc", args: TSC_OF_MCP });
  console.log(`SKIPPED types of mcp (tsc): ${missing}`);
  return { code: 0 };
}

async function main(extra: readonly string[]): Promise<number> {
  const report = path.join(localFolder("test"), "vitest.json");
  rmSync(report, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const outcomes = await Promise.all([
    perform({
      name: "format and lint (biome)",
      program: "biome",
      args: ["check", "--error-on-warnings", "--max-diagnostics=50", "."],
    }),
    perform({ name: "types (tsc)", program: "tsc", args: ["--noEmit", "--pretty", "false"] }),
    typesOfMcp(),
    perform({ name: "tests (vitest)", program: "vitest", args: ["run", ...reporters, ...extra] }),
  ]);
  const [lint, types, mcp, tests] = outcomes;
  return printTotal([
    { counts: NO_TESTS, exitCode: lint.code },
    { counts: NO_TESTS, exitCode: types.code },
    { counts: NO_TESTS, exitCode: mcp.code },
    { counts: readCounts(report), exitCode: tests.code },
  ]);
}

const help = `npm test -- [vitest's arguments]

Format and lint, types, and all tests that need neither Docker nor network; ends with "N passed, N failed".
Arguments go to vitest: npm test -- test/unit/pipeline
Exit code: 0 all passed, 1 not, or the command itself could not run.`;

await runCommand({ name: "test", help }, main);

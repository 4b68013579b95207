import { readFileSync } from "node:fs";
import path from "node:path";

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What failed, by name: `test/e2e/01-complete.test.ts > a title > another`, with the first line of its message. */
  readonly failures: readonly string[];
}

/** No test at all. */
export const NO_TESTS: TestCounts = { passed: 0, failed: 0, skipped: 0, failures: [] };

/** The part of vitest's JSON report that is read here. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly FileResult[];
}

interface FileResult {
  readonly name: string;
  readonly status: string;
  /** Why the file itself failed. */
  readonly message?: string;
  readonly assertionResults: readonly {
    readonly status: string;
    readonly ancestorTitles: readonly string[];
    readonly title: string;
    readonly failureMessages?: readonly string[] | null;
  }[];
}

const firstLine = (text: string | undefined) => (text ?? "").split("\n", 1)[0]?.slice(0, 300) ?? "";

function failuresOf({ name, status, message, assertionResults }: FileResult): readonly string[] {
  const file = path.relative(process.cwd(), name);
  const failed = assertionResults.filter((test) => test.status === "failed");
  if (status === "failed" && failed.length === 0) return [`${file}: ${firstLine(message)}`];
  return failed.map(
    (test) => `${[file, ...test.ancestorTitles, test.title].join(" > ")}: ${firstLine(test.failureMessages?.[0])}`,
  );
}

/** Counts of a vitest JSON report. A file that failed before any of its tests ran counts as one failure. */
export function countTests(json: string): TestCounts {
  const report = JSON.parse(json) as Report;
  const broken = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: report.testResults.flatMap(failuresOf),
  };
}

/** One run of a test runner: what its report counts, and how it ended. */
export interface TestRun {
  readonly counts: TestCounts;
  readonly exitCode: number;
}

/** All runs together. One that failed without a failed test (a lint error, a crash, no report at all) is one failure. */
export function totalOf(runs: readonly TestRun[]): TestCounts {
  const total = (of: (run: TestRun) => number) => runs.reduce((sum, run) => sum + of(run), 0);
  return {
    passed: total((run) => run.counts.passed),
    failed: total(({ counts, exitCode }) => (exitCode !== 0 && counts.failed === 0 ? 1 : counts.failed)),
    skipped: total((run) => run.counts.skipped),
    failures: runs.flatMap((run) => run.counts.failures),
  };
}

/** The counts of a report file; all zero where it cannot be read. */
export function readCounts(file: string): TestCounts {
  try {
    return countTests(readFileSync(file, "utf8"));
  } catch {
    return NO_TESTS;
  }
}

/** Prints what failed, by name, and `N passed, N failed`; the exit code: 1 when anything failed or nothing passed. */
export function printTotal(runs: readonly TestRun[]): number {
  const { passed, failed, skipped, failures } = totalOf(runs);
  for (const failure of failures) console.log(`failed: ${failure}`);
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

import { readFileSync } from "node:fs";

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The part of vitest's JSON report that is read here. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
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
  };
}

/** The counts of a report file; all zero where it cannot be read. */
export function readCounts(file: string): TestCounts {
  try {
    return countTests(readFileSync(file, "utf8"));
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

/** Prints `N passed, N failed`; the exit code: 1 when anything failed or nothing passed. */
export function printTotal(runs: readonly TestRun[]): number {
  const { passed, failed, skipped } = totalOf(runs);
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

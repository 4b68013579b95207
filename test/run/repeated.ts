import type { Reporter, TestCase } from "vitest/node";

/**
 * Names the tests that passed only when run once more, so that `retry` hides none: other tests take the processor beside those on real
 * containers, and many of these wait for something to happen in time.
 */
export class Repeated implements Reporter {
  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky) {
      console.log(`passed only when run once more: ${test.module.relativeModuleId} > ${test.fullName}`);
    }
  }
}

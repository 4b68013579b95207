import { defineConfig } from "vitest/config";
import { Repeated } from "../run/repeated.ts";

/**
 * Another team's stack: it brings up its own, under a name and ports of its own, so that it can run beside the example's.
 * `OTHER_REPORT` names a file for the JSON report (default: .local/e2e-other-report.json).
 */
export default defineConfig({
  test: {
    root: new URL("../..", import.meta.url).pathname,
    include: ["test/e2e/other-stack.test.ts"],
    pool: "forks",
    testTimeout: 30 * 60_000,
    hookTimeout: 45 * 60_000,
    retry: 1,
    reporters: ["verbose", "json", new Repeated()],
    outputFile: { json: process.env.OTHER_REPORT ?? ".local/e2e-other-report.json" },
  },
});

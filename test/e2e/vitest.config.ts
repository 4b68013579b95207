import { defineConfig } from "vitest/config";
import { Repeated } from "../run/repeated.ts";
import { InOrderOfName } from "./support/in-order-of-name.ts";

/**
 * End-to-end tests on real containers. One stack for all files, which run one after the other in the order of their names. What has a stack
 * of its own (`other.config.ts`) runs beside them.
 * `E2E_REPORT` names a file for the JSON report (default: .local/e2e-report.json).
 */
export default defineConfig({
  test: {
    root: new URL("../..", import.meta.url).pathname,
    include: ["test/e2e/[0-9]*.test.ts"],
    globalSetup: ["test/e2e/setup.ts"],
    pool: "forks",
    fileParallelism: false,
    sequence: { sequencer: InOrderOfName, concurrent: false, shuffle: false },
    bail: 0,
    testTimeout: 30 * 60_000,
    hookTimeout: 45 * 60_000,
    teardownTimeout: 5 * 60_000,
    retry: 1,
    reporters: ["verbose", "json", new Repeated()],
    outputFile: { json: process.env.E2E_REPORT ?? ".local/e2e-report.json" },
  },
});

import { defineConfig } from "vitest/config";

/**
 * Everything that needs neither Docker nor network. The files of one worker share their modules, which would otherwise be loaded anew for each
 * of more than a hundred files: a test that changes something global (environment, timers, a spy) puts it back.
 */
export default defineConfig({
  test: {
    include: ["test/{unit,component,program,golden}/**/*.test.ts"],
    pool: "forks",
    isolate: false,
    // ends what hangs; no test is that slow, but the machine may be
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});

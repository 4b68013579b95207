import { defineConfig } from "vitest/config";

/** The other team's stack alone: it brings up its own, so the example's is not started. */
export default defineConfig({
  test: {
    root: new URL("../..", import.meta.url).pathname,
    include: ["test/e2e/12-other-stack.test.ts"],
    pool: "forks",
    testTimeout: 30 * 60_000,
    hookTimeout: 45 * 60_000,
    reporters: ["verbose"],
  },
});

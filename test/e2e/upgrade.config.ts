import { defineConfig } from "vitest/config";

/** An upgrade on the real engine: it brings up a stack of its own (name `upgrade`, portOffset 3300), beside any other. */
export default defineConfig({
  test: {
    root: new URL("../..", import.meta.url).pathname,
    include: ["test/e2e/upgrade.test.ts"],
    pool: "forks",
    testTimeout: 15 * 60_000,
    hookTimeout: 15 * 60_000,
    reporters: ["verbose"],
  },
});

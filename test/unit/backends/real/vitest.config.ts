import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: new URL("../../../..", import.meta.url).pathname,
    include: ["test/unit/backends/real/*.real.ts"],
    pool: "forks",
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 120_000,
    reporters: ["verbose"],
  },
});

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/{unit,component,program,golden}/**/*.test.ts"],
    pool: "forks",
    testTimeout: 120_000,
  },
});

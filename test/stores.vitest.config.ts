import { defineConfig } from "vitest/config";
import { Repeated } from "./run/repeated.ts";

/**
 * The stores of a stack against real servers, with one JSON report (default: .local/test/stores.json). Needs a Docker Engine, openssl and the
 * images of the three stores, the collector, Jaeger and the example: `npm run images`.
 */
export default defineConfig({
  test: {
    root: new URL("..", import.meta.url).pathname,
    include: ["test/stores/*.real.ts"],
    pool: "forks",
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 900_000,
    retry: 1,
    reporters: ["verbose", "json", new Repeated()],
    outputFile: { json: process.env.STORES_REPORT ?? ".local/test/stores.json" },
  },
});

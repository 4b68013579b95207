import { defineConfig } from "vitest/config";
import { Repeated } from "./run/repeated.ts";

/**
 * Every test of the rendered configuration in a real collector, with one JSON report (default: .local/test/collector.json). Needs a Docker
 * Engine and the image: `npm run images -- --only collector`.
 */
export default defineConfig({
  test: {
    root: new URL("..", import.meta.url).pathname,
    include: ["test/{collector,vendors}/*.real.ts"],
    pool: "forks",
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 900_000,
    retry: 1,
    reporters: ["verbose", "json", new Repeated()],
    outputFile: { json: process.env.COLLECTOR_REPORT ?? ".local/test/collector.json" },
  },
});

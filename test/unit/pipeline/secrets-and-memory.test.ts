import { describe, expect, test } from "vitest";
import { buildPipeline } from "../../../pipeline/build.ts";
import { goMemLimit, memoryLimiter } from "../../../pipeline/memory.ts";
import { queueDiskBytes } from "../../../pipeline/queue.ts";
import { secretsIn } from "../../../pipeline/reference.ts";
import { secretFileContent } from "../../../pipeline/secret-value.ts";
import { dev, twoBackends } from "./inputs.ts";

describe("what the container must be given", () => {
  test("the volume of the queue has room for a whole outage", () => {
    // 60 000 items of three signals, 1000 bytes each
    expect(queueDiskBytes(buildPipeline(dev))).toBe(60_000 * 3 * 1000);
  });

  test("two backends: each secret once", () => {
    expect([...secretsIn(buildPipeline(twoBackends))].sort()).toEqual([
      "cloud-endpoint",
      "cloud-token",
      "cloud-user",
      "delta-key",
      "postgres-monitor-password",
      "privacy-hash-key",
      "redis-password",
    ]);
  });
});

describe("memory", () => {
  test("256 MiB: the runtime stays under 204, senders are refused from 141 on", () => {
    expect(goMemLimit(256)).toBe("204MiB");
    expect(memoryLimiter(256).settings).toEqual({ check_interval: "1s", limit_mib: 192, spike_limit_mib: 51 });
  });
});

test("a collector that cannot breathe is refused", () => {
  expect(() => buildPipeline({ ...dev, collector: { ...dev.collector, memoryMiB: 64 } })).toThrow(
    "The collector cannot run in 64 MiB: give it 128 or more.",
  );
});

describe("secret values", () => {
  test("the file doubles dollars and has no final newline, so that the collector reads the value itself", () => {
    expect(secretFileContent("pa$$w$" + "{HOME}x\n")).toBe("pa$$$$w$$" + "{HOME}x");
  });
});

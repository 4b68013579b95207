import { describe, expect, test } from "vitest";
import { buildPipeline } from "../../../pipeline/build.ts";
import { goMemLimit, memoryLimiter } from "../../../pipeline/memory.ts";
import { queueDiskBytes } from "../../../pipeline/queue.ts";
import { secretsIn } from "../../../pipeline/reference.ts";
import { secretFileContent, secretValueProblems } from "../../../pipeline/secret-value.ts";
import { dev, twoBackends } from "./inputs.ts";

describe("what the container must be given", () => {
  test("the volume of the queue has room for a whole outage", () => {
    // 60 000 items of three signals, 840 bytes each
    expect(queueDiskBytes(buildPipeline(dev))).toBe(60_000 * 3 * 840);
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
  test.each([
    ["glc_abc123==", []],
    ["", ["is empty"]],
    ["token\n", ["holds a newline, which breaks the header it is sent in: write it without one"]],
    [" token", ["begins or ends with white space: remove it"]],
    ["pa$word", ['holds a "$", which the collector expands: write "$$" for it in the file']],
    ["to\u0007ken", ["holds control characters, which no header can carry"]],
    ["tök€n", ["holds characters no header can carry"]],
  ])("%j: %j", (value, problems) => {
    expect(secretValueProblems(value)).toEqual(problems);
  });

  test("the file doubles dollars and has no final newline, so that the collector reads the value itself", () => {
    expect(secretFileContent("pa$$w$" + "{HOME}x\n")).toBe("pa$$$$w$$" + "{HOME}x");
  });
});

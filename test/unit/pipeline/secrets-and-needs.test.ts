import { describe, expect, test } from "vitest";
import { buildPipeline } from "../../../pipeline/build.ts";
import { goMemLimit, memoryLimiter } from "../../../pipeline/memory.ts";
import { needs } from "../../../pipeline/needs.ts";
import { secretFileContent, secretValueProblems } from "../../../pipeline/secret-value.ts";
import { dev, twoBackends } from "./inputs.ts";

describe("what the container must be given", () => {
  test("dev: two passwords, the host's files, the Docker proxy, a volume for the queue", () => {
    expect(needs(buildPipeline(dev))).toEqual({
      secrets: ["postgres-monitor-password", "redis-password"],
      mounts: [
        { kind: "docker-api", endpoint: "tcp://docker-api:2375" },
        { kind: "hostfs", path: "/hostfs" },
      ],
      // 60 000 items of three signals, 840 bytes each
      volumes: [{ name: "queue", path: "/var/lib/otelcol/queue", bytes: 60_000 * 3 * 840 }],
    });
  });

  test("two backends: each secret once, sorted", () => {
    expect(needs(buildPipeline(twoBackends)).secrets).toEqual([
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

import { describe, expect, test, vi } from "vitest";
import { Progress } from "../../../cli/progress.ts";
import { seconds } from "../../../cli/time.ts";
import { HealthCount } from "../../../start/deploy/health.ts";

function recorder(isTTY: boolean) {
  const written: string[] = [];
  return { written, stream: { isTTY, columns: 60, write: (text: string) => written.push(text) > 0 } };
}

describe("progress without a terminal", () => {
  test("a step is two plain lines: begun, and done with time and summary", async () => {
    const { written, stream } = recorder(false);
    let clock = 0;
    const progress = new Progress({ stream, total: 3, now: () => clock });
    const result = await progress.step(
      "Images",
      async () => {
        clock = 2500;
        return 7;
      },
      (count) => `${count} built`,
    );
    expect(result).toBe(7);
    expect(written).toEqual(["[1/3] Images ...\n", "[1/3] Images done 2.5 s  7 built\n"]);
  });

  test("a long step says every 15 s where it is", async () => {
    vi.useFakeTimers();
    try {
      const { written, stream } = recorder(false);
      const progress = new Progress({ stream, total: 1 });
      const work = progress.step(
        "Images",
        () => new Promise<void>((resolve) => setTimeout(resolve, 40_000)),
        () => "",
      );
      progress.doing("compiling \x1b[1mjaeger\x1b[0m");
      await vi.advanceTimersByTimeAsync(40_000);
      await work;
      expect(written).toEqual([
        "[1/1] Images ...\n",
        "[1/1] Images ... 15.0 s  compiling jaeger\n",
        "[1/1] Images ... 30.0 s  compiling jaeger\n",
        "[1/1] Images done 40.0 s\n",
      ]);
    } finally {
      vi.useRealTimers();
    }
  });

  test("a failed step says so and passes the error on", async () => {
    const { written, stream } = recorder(false);
    const progress = new Progress({ stream, total: 1, now: () => 0 });
    await expect(
      progress.step(
        "Engine",
        () => Promise.reject(new Error("no")),
        () => "",
      ),
    ).rejects.toThrow("no");
    expect(written.at(-1)).toBe("[1/1] Engine FAILED 0.0 s\n");
    expect(progress.position()).toBe("step 1 of 1, Engine");
  });
});

test("on a terminal one line moves, and is never wider than the terminal", async () => {
  vi.useFakeTimers();
  try {
    const { written, stream } = recorder(true);
    const progress = new Progress({ stream, total: 1 });
    const work = progress.step(
      "Images",
      () => new Promise<void>((resolve) => setTimeout(resolve, 300)),
      () => "all",
    );
    progress.doing("x".repeat(200));
    await vi.advanceTimersByTimeAsync(300);
    await work;
    const moving = written.slice(0, -1);
    expect(moving.length).toBeGreaterThanOrEqual(2);
    for (const line of moving) expect(line.replace("\r\x1b[2K", "").length).toBeLessThan(60);
    expect(written.at(-1)).toContain("\x1b[32m✓\x1b[0m 0.3 s  all\n");
  } finally {
    vi.useRealTimers();
  }
});

test.each([
  [400, "0.4 s"],
  [59_940, "59.9 s"],
  [60_000, "1 min 00 s"],
  [725_000, "12 min 05 s"],
])("%i ms is said as %s", (milliseconds, text) => {
  expect(seconds(milliseconds)).toBe(text);
});

test("docker compose's progress is counted: how many are healthy, what the rest is at", () => {
  const count = new HealthCount(4);
  const prefix = " Container game-scheduler-otel-dev-";
  for (const line of [
    "redis  Creating",
    "redis  Started",
    "api  Created",
    "redis  Healthy",
    "redis  Waiting",
    "docker-api  Starting",
  ]) {
    expect(count.take(`${prefix}${line}`)).toBe(true);
  }
  expect(count.take(" Network game-scheduler-otel-dev-main  Created")).toBe(false);
  expect(count.text()).toBe("1 of 4 healthy; api created, docker-api starting");
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createNetwork, type Network, type RunningCollector, startCollector, until } from "./collector.ts";
import { inputFor, readableConfig, sinkBackend } from "./configs.ts";
import { counterOf, type SpanInput, send, tracesOf } from "./otlp.ts";
import { points, type Sink, spans, startSink } from "./sink.ts";

/** Enough that half of them, give or take, is not all of them nor none. */
const FINE = 60;
const FAILED = 20;

let network: Network;
let sink: Sink;
let collector: RunningCollector;

const started = Date.now() - 600_000;

beforeAll(async () => {
  network = createNetwork();
  sink = await startSink(network.hostAddress);
  const backend = sinkBackend("vendor", sink, { temporality: "delta", sampleRateAttribute: "SampleRate" });
  const sampling = { mode: "tail", baselinePercent: 50, slowMs: 1000, decisionWaitSeconds: 1 } as const;
  collector = await startCollector(readableConfig(inputFor([backend], { sampling })), network);
  const fine: readonly SpanInput[] = Array.from({ length: FINE }, () => ({ name: "fine", kind: "server" }));
  const failed = Array.from(
    { length: FAILED },
    (): SpanInput => ({ name: "failed", kind: "server", status: { code: 2 } }),
  );
  const slow: SpanInput = { name: "slow", kind: "server", durationMs: 3000 };
  for (const one of [...fine, ...failed, slow]) await send(collector.intake, "traces", tracesOf("api", [one]));
  for (const value of [600, 615]) {
    await send(collector.intake, "metrics", counterOf("redis", "redis.uptime", value, started));
    await send(collector.intake, "metrics", counterOf("redis", "app.jobs", value, started));
  }
  await until(
    () =>
      spans(sink).filter(({ name }) => name !== "fine").length > FAILED &&
      points(sink).filter(({ metric }) => metric === "app.jobs").length > 0 &&
      points(sink).filter(({ metric }) => metric === "redis.uptime").length > 1,
    "everything has arrived",
  );
});

afterAll(async () => {
  collector?.remove();
  network?.remove();
  await sink?.close();
});

const ratesOf = (wanted: string): readonly unknown[] =>
  spans(sink)
    .filter(({ name }) => name === wanted)
    .map(({ attributes }) => attributes.SampleRate);

describe("numbers a vendor computes from what arrives", () => {
  test("failed and slow traces stand for themselves, even those that the baseline would have kept", () => {
    expect(ratesOf("failed")).toEqual(Array.from({ length: FAILED }, () => undefined));
    expect(ratesOf("slow")).toEqual([undefined]);
  });

  test("each of the others stands for those left out as well, so that about all are counted", () => {
    const rates = ratesOf("fine");
    expect(rates.length).toBeGreaterThan(FINE / 4);
    expect(rates.length).toBeLessThan((FINE * 3) / 4);
    expect(new Set(rates.map(Number))).toEqual(new Set([2]));
  });

  test("an uptime arrives as it is, a counter as what was added", () => {
    const uptime = points(sink).filter(({ metric }) => metric === "redis.uptime");
    expect(uptime.map(({ value, temporality }) => [value, temporality])).toEqual([
      [600, undefined],
      [615, undefined],
    ]);
    const jobs = points(sink).filter(({ metric }) => metric === "app.jobs");
    expect(jobs.at(-1)).toMatchObject({ value: 15, temporality: 1 });
  });
});

import { expect, test } from "vitest";
import { keptShare } from "../../../cost/estimate.ts";
import { BYTES } from "../../../cost/rates.ts";
import { readRecording } from "../../parity/recording/fixture.ts";
import type { Point, Series } from "../../parity/recording/model.ts";

/** Held against the recorded traffic of the example: what the measured minutes of `example.ts` do not show. */

const ID = "0123456789abcdef0123456789abcdef";
const IDS = { "trace.id": ID, id: ID.slice(16), "parent.id": ID.slice(16) };
const TIMES = { timestamp: 1_795_940_273_498, "newrelic.source": "api.otlp" };

const mean = (items: readonly object[]): number =>
  items.reduce((sum, item) => sum + JSON.stringify(item).length, 0) / items.length;
const within20 = (estimated: number, recorded: number): boolean => Math.abs(estimated / recorded - 1) < 0.2;

/** What a point holds beside its attributes. */
function contentOf({ kind }: Series, { value, count, sum, min, max, buckets, exponential }: Point): object {
  return kind === "gauge" || kind === "sum" ? { value } : { count, sum, min, max, buckets: buckets ?? exponential };
}

test("bytes of one as JSON, with its resource in it, are within 20 % of what New Relic's stream holds", () => {
  const { spans, logs, series } = readRecording("traffic").streams["new-relic"];
  const flat = {
    traces: spans.map(({ resource, attributes, name, durationMs }) => ({
      ...resource,
      ...attributes,
      ...IDS,
      ...TIMES,
      name,
      "duration.ms": durationMs,
      "span.kind": "client",
      "otel.status_code": "UNSET",
      "otel.library.name": "opentelemetry.instrumentation",
    })),
    logs: logs.map(({ resource, attributes, body }) => ({
      ...resource,
      ...attributes,
      ...IDS,
      ...TIMES,
      message: body,
    })),
    metrics: series.flatMap((one) =>
      one.points.map((point) => ({
        ...one.resource,
        ...one.attributes,
        ...TIMES,
        endTimestamp: TIMES.timestamp,
        metricName: one.name,
        unit: one.unit,
        "otel.library.name": one.scope,
        value: contentOf(one, point),
      })),
    ),
  };
  for (const signal of ["traces", "metrics", "logs"] as const)
    expect([signal, within20(BYTES.json[signal], mean(flat[signal]))]).toEqual([signal, true]);
});

test("tail sampling keeps the share that it kept of the recorded traffic, within 20 %", () => {
  const { spans, series } = readRecording("sampled").streams.local;
  const made = series
    .filter(({ name }) => name === "traces.span.metrics.calls")
    .reduce((sum, { points }) => sum + (points.at(-1)?.value ?? 0), 0);
  expect(within20(keptShare({ mode: "tail", baseline: 10 }), spans.length / made)).toBe(true);
});

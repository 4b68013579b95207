import type { Received, Point as RecordedPoint, Series as RecordedSeries, Span } from "../../recording/model.ts";
import type { Measured } from "../recorded/recording.ts";
import type { Event, Point, Series, Stored } from "./events.ts";

const SAMPLE_RATE = "SampleRate";
const KINDS = ["unspecified", "internal", "server", "client", "producer", "consumer"] as const;

/**
 * What Honeycomb stores of what it received. Times are in seconds since the recording began.
 *
 * - A span is an event of its service's dataset: `name`, `span.kind` in small letters, `duration_ms`, `error` only where it is true, and every
 *   attribute with its type. Each event of a span is an event there too, without kind and duration (honeycombio/husky, otlp/traces.go).
 * - `SampleRate` says for how many an event stands, and aggregates multiply by it
 *   (https://docs.honeycomb.io/manage-data-volume/sample/sampled-data-in-honeycomb/).
 * - A metric with one set of attributes is a time series. Of a histogram its buckets' growth is measured, and its count and its sum are
 *   series too (https://docs.honeycomb.io/investigate/query/temporal-aggregation).
 */
export function storedOf({ series, spans, logs }: Received): Stored {
  const logEvents = logs.map(({ resource, time, severity, body, attributes }) => ({
    at: time / 1000,
    weight: 1,
    columns: { ...resource, ...attributes, "meta.signal_type": "log", severity_code: severity, body },
  }));
  return { events: [...spans.flatMap(eventsOf), ...logEvents], series: series.flatMap(seriesOf) };
}

function eventsOf(span: Span): readonly Event[] {
  const { resource, attributes, name, kind, start, durationMs, status, trace } = span;
  const rate = attributes[SAMPLE_RATE];
  const common = { at: start / 1000, weight: typeof rate === "number" && rate >= 1 ? rate : 1 };
  const whole = { "meta.signal_type": "trace", "trace.trace_id": String(trace) };
  const columns = {
    ...resource,
    ...attributes,
    ...whole,
    name,
    "span.kind": KINDS[kind] ?? "unspecified",
    duration_ms: durationMs,
    ...(status === 2 && { error: true }),
  };
  const own = span.events.map((event) => ({
    ...common,
    columns: { ...resource, ...whole, name: event, parent_name: name, "meta.annotation_type": "span_event" },
  }));
  return [{ ...common, columns }, ...own];
}

function seriesOf({ name, kind, monotonic, resource, attributes, points }: RecordedSeries): readonly Series[] {
  const present = points.filter(({ stale }) => stale !== true);
  const of = (metric: string, how: Series["kind"], value: (point: RecordedPoint) => number): Series => ({
    metric,
    kind: how,
    attributes: { ...resource, ...attributes },
    points: present.map((point): Point => ({ at: point.time / 1000, value: value(point), measured: [] })),
  });
  if (kind === "gauge" || kind === "sum") {
    return [of(name, kind === "sum" && monotonic === true ? "sum" : "gauge", ({ value = 0 }) => value)];
  }
  const histogram: Series = {
    ...of(name, "histogram", ({ count = 0 }) => count),
    points: present.map((point, index) => ({
      at: point.time / 1000,
      value: point.count ?? 0,
      measured: grown(point, present[index - 1]),
    })),
  };
  return [
    histogram,
    of(`${name}.count`, "sum", ({ count = 0 }) => count),
    of(`${name}.sum`, "sum", ({ sum = 0 }) => sum),
  ];
}

/** What the buckets gained since the report before; nothing at the first. */
function grown({ bounds = [], buckets = [] }: RecordedPoint, before: RecordedPoint | undefined): readonly Measured[] {
  if (before === undefined) return [];
  return buckets.flatMap((count, index) => {
    const lower = bounds[index - 1] ?? 0;
    const gained = Math.max(0, count - (before.buckets?.[index] ?? 0));
    return gained === 0 ? [] : [{ value: (lower + (bounds[index] ?? lower)) / 2, count: gained }];
  });
}

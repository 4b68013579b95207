import type { Attributes, Point, Received, Series, Span } from "../../recording/model.ts";
import type { Event, Value } from "./events.ts";

/**
 * What Honeycomb stores of what it received.
 *
 * - A span is an event of its service's dataset: `name`, `span.kind` in small letters, `duration_ms`, `error` only where it is true,
 *   and every attribute with its type (honeycombio/husky, otlp/traces.go). Each event of a span is an event of that dataset too, with
 *   its own `name` and without kind and duration.
 * - `SampleRate` says for how many an event stands; aggregates multiply by it
 *   (https://docs.honeycomb.io/manage-data-volume/sample/sampled-data-in-honeycomb/).
 * - Metrics are series in a dataset of their own, cumulative as they came
 *   (https://docs.honeycomb.io/investigate/query/temporal-aggregation).
 */
export interface Stored {
  readonly events: readonly Event[];
  /** Series with the same attributes of resource and data point: one query may combine their metrics. */
  readonly groups: readonly Group[];
}

export interface Group {
  readonly attributes: Readonly<Record<string, Value>>;
  readonly metrics: ReadonlyMap<string, Series>;
}

const SAMPLE_RATE = "SampleRate";
const KINDS = ["unspecified", "internal", "server", "client", "producer", "consumer"] as const;

/** Times of events are in seconds since the recording began. */
export function storedOf({ series, spans, logs }: Received): Stored {
  const logEvents = logs.map(({ resource, time, severity, body, attributes }) => ({
    at: time / 1000,
    place: "logs" as const,
    weight: 1,
    columns: { ...resource, ...attributes, severity_code: severity, body },
  }));
  return { events: [...spans.flatMap(eventsOf), ...logEvents], groups: groupsOf(series) };
}

function eventsOf(span: Span): readonly Event[] {
  const { resource, attributes, name, kind, start, durationMs, status, trace } = span;
  const at = start / 1000;
  const rate = attributes[SAMPLE_RATE] ?? resource[SAMPLE_RATE];
  const weight = typeof rate === "number" && rate >= 1 ? rate : 1;
  const columns = {
    ...resource,
    ...attributes,
    name,
    "span.kind": KINDS[kind] ?? "unspecified",
    duration_ms: durationMs,
    "trace.trace_id": String(trace),
    status_code: status,
    ...(status === 2 && { error: true }),
  };
  const own = span.events.map((event) => ({
    at,
    place: "spans" as const,
    weight,
    columns: { ...resource, name: event, parent_name: name, "meta.annotation_type": "span_event" },
  }));
  return [{ at, place: "spans", weight, columns }, ...own];
}

function groupsOf(series: readonly Series[]): readonly Group[] {
  const groups = new Map<string, { attributes: Attributes; metrics: Map<string, Series> }>();
  for (const one of series) {
    const attributes = { ...one.resource, ...one.attributes };
    const key = JSON.stringify(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
    const group = groups.get(key) ?? { attributes, metrics: new Map<string, Series>() };
    group.metrics.set(one.name, one);
    groups.set(key, group);
  }
  return [...groups.values()];
}

export type TemporalFunction = "LAST" | "INCREASE" | "RATE" | "SUMMARIZE";

/**
 * What one series is within a step, by its metric's type where the query does not say: the last value of gauges and of sums that may
 * fall, the growth of cumulative sums that only grow and of histograms, the sum of deltas
 * (https://docs.honeycomb.io/investigate/query/apply-temporal-aggregation).
 */
export function defaultFunction({ kind, monotonic, temporality }: Series): TemporalFunction {
  if (temporality === "delta") return "SUMMARIZE";
  return kind === "gauge" || (kind === "sum" && monotonic !== true) ? "LAST" : "INCREASE";
}

/** Of one number that a series reports, within `(from, to]`; undefined where the series says nothing. Milliseconds. */
export function within(
  { points }: Series,
  of: (point: Point) => number | undefined,
  how: TemporalFunction,
  from: number,
  to: number,
): number | undefined {
  const inside = points.filter(({ time, stale }) => stale !== true && time > from && time <= to);
  const last = inside.at(-1);
  if (last === undefined) return undefined;
  if (how === "LAST") return of(last);
  if (how === "SUMMARIZE") return inside.reduce((sum, point) => sum + (of(point) ?? 0), 0);
  const before = points.findLast(({ time, stale }) => stale !== true && time <= from);
  let total = 0;
  let previous = before === undefined ? undefined : of(before);
  for (const point of inside) {
    const now = of(point);
    if (now === undefined) continue;
    // a counter that fell began anew
    if (previous !== undefined) total += now >= previous ? now - previous : now;
    previous = now;
  }
  return how === "RATE" ? total / ((to - from) / 1000) : total;
}

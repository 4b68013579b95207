import type { Attributes, Exponential, Log, MetricKind, Point, Series, Span, Value } from "./model.ts";

/** OTLP requests in JSON, one a line, read into what the evaluators and the replay need. Times are relative to `begun`. */

interface Json {
  readonly [key: string]: unknown;
}

const KINDS: Readonly<Record<string, MetricKind>> = {
  gauge: "gauge",
  sum: "sum",
  histogram: "histogram",
  exponentialHistogram: "exponential",
};

/** Series with the points of all requests together; a name that is not wanted is left out, and so are summaries, which nothing reads. */
export function readMetrics(
  requests: Iterable<Json>,
  begun: number,
  wanted: (metric: string) => boolean,
): readonly Series[] {
  const found = new Map<string, Series & { readonly points: Point[] }>();
  for (const { resource, scope, leaf: metric } of leaves(requests, "resourceMetrics", "scopeMetrics", "metrics")) {
    const name = String(metric.name);
    if (!wanted(name)) continue;
    for (const [field, kind] of Object.entries(KINDS)) {
      const data = metric[field] as Json | undefined;
      for (const point of list(data?.dataPoints)) {
        const attributes = attributesOf(point.attributes);
        const key = JSON.stringify([resource, scope, name, kind, attributes]);
        const series = found.get(key) ?? {
          resource,
          scope,
          name,
          unit: String(metric.unit ?? ""),
          kind,
          ...(kind === "sum" && { monotonic: data?.isMonotonic === true }),
          ...(data?.aggregationTemporality !== undefined && {
            temporality: data.aggregationTemporality === 1 ? ("delta" as const) : ("cumulative" as const),
          }),
          attributes,
          points: [],
        };
        series.points.push(pointOf(point, kind, begun));
        found.set(key, series);
      }
    }
  }
  for (const { points } of found.values()) points.sort((a, b) => a.time - b.time);
  return [...found.values()];
}

export function readSpans(requests: Iterable<Json>, begun: number): readonly Span[] {
  const traces = new Map<unknown, number>();
  return leaves(requests, "resourceSpans", "scopeSpans", "spans").map(({ resource, leaf }) => {
    const trace = traces.get(leaf.traceId) ?? traces.size;
    traces.set(leaf.traceId, trace);
    const state = String(leaf.traceState ?? "");
    return {
      resource,
      trace,
      name: String(leaf.name),
      kind: Number(leaf.kind ?? 0),
      start: millis(leaf.startTimeUnixNano) - begun,
      durationMs: Number(BigInt(text(leaf.endTimeUnixNano)) - BigInt(text(leaf.startTimeUnixNano))) / 1e6,
      status: Number((leaf.status as Json | undefined)?.code ?? 0),
      attributes: attributesOf(leaf.attributes),
      events: list(leaf.events).map((event) => String(event.name)),
      ...(state !== "" && { state }),
    };
  });
}

export function readLogs(requests: Iterable<Json>, begun: number): readonly Log[] {
  return leaves(requests, "resourceLogs", "scopeLogs", "logRecords").map(({ resource, leaf }) => ({
    resource,
    time: millis(leaf.timeUnixNano ?? leaf.observedTimeUnixNano) - begun,
    severity: Number(leaf.severityNumber ?? 0),
    body: String(anyOf(leaf.body as Json | undefined)),
    attributes: attributesOf(leaf.attributes),
  }));
}

function pointOf(point: Json, kind: MetricKind, begun: number): Point {
  const time = millis(point.timeUnixNano) - begun;
  const start = point.startTimeUnixNano === undefined ? time : millis(point.startTimeUnixNano) - begun;
  const common = { time, start, ...(Number(point.flags ?? 0) === 1 && { stale: true }) };
  if (kind === "gauge" || kind === "sum") return { ...common, value: Number(point.asInt ?? point.asDouble ?? 0) };
  const number = (key: string): object => (point[key] === undefined ? {} : { [key]: Number(point[key]) });
  const totals = { ...common, count: Number(point.count ?? 0), ...number("sum"), ...number("min"), ...number("max") };
  if (kind === "histogram") {
    return { ...totals, bounds: numbers(point.explicitBounds), buckets: numbers(point.bucketCounts) };
  }
  return kind === "exponential" ? { ...totals, exponential: exponentialOf(point) } : totals;
}

function exponentialOf(point: Json): Exponential {
  const positive = (point.positive ?? {}) as Json;
  return {
    scale: Number(point.scale ?? 0),
    zero: Number(point.zeroCount ?? 0),
    offset: Number(positive.offset ?? 0),
    counts: numbers(positive.bucketCounts),
  };
}

function leaves(requests: Iterable<Json>, outer: string, inner: string, leaf: string) {
  const found: { readonly resource: Attributes; readonly scope: string; readonly leaf: Json }[] = [];
  for (const request of requests) {
    for (const group of list(request[outer])) {
      const resource = attributesOf((group.resource as Json | undefined)?.attributes);
      for (const scoped of list(group[inner])) {
        const scope = String((scoped.scope as Json | undefined)?.name ?? "");
        for (const one of list(scoped[leaf])) found.push({ resource, scope, leaf: one });
      }
    }
  }
  return found;
}

function attributesOf(given: unknown): Attributes {
  const entries = list(given).map(({ key, value }) => [String(key), anyOf(value as Json | undefined)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function anyOf(given: Json | undefined): Value {
  if (given === undefined) return "";
  const [[kind, value] = ["", ""]] = Object.entries(given);
  if (kind === "stringValue") return String(value);
  if (kind === "boolValue") return value === true;
  if (kind === "intValue" || kind === "doubleValue") return Number(value);
  return JSON.stringify(value);
}

const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? value : []);
const numbers = (value: unknown): readonly number[] => (Array.isArray(value) ? value.map(Number) : []);
const text = (value: unknown): string => String(value ?? "0");
/** OTLP's nanoseconds, which a number cannot hold, to the millisecond Prometheus keeps. */
const millis = (nanoseconds: unknown): number => Number(BigInt(text(nanoseconds)) / 1_000_000n);

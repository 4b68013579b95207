import type { Attributes, Point, Received, Series, Span } from "../../recording/model.ts";
import type { Distribution, MetricType } from "./metric-types.ts";
import type { Row } from "./rows.ts";

/**
 * What New Relic stores of what it received.
 *
 * - A monotonic sum is a `count` (of a cumulative one, its growth), any other sum and a gauge are a `gauge`, histograms are a
 *   `distribution`: https://docs.newrelic.com/docs/opentelemetry/best-practices/opentelemetry-best-practices-metrics/
 * - Attributes of resource and data point stand beside each other, the data point's win, and each keeps its type (same page).
 * - Spans are rows as they are: nothing is multiplied by a sampling rate.
 */
export interface Stored {
  readonly Metric: readonly Row[];
  readonly Log: readonly Row[];
  readonly Span: readonly Row[];
  /** Rows of each metric alone. */
  readonly byMetric: ReadonlyMap<string, readonly Row[]>;
  /** What each metric is there. */
  readonly types: ReadonlyMap<string, MetricType>;
}

/** Everything is in milliseconds since the recording began. */
export function storedOf({ series, spans, logs }: Received): Stored {
  const metricRows = series.flatMap(rowsOf).sort((a, b) => a.timestamp - b.timestamp);
  return {
    Metric: metricRows,
    Log: logs.map(({ resource, time, severity, body, attributes }) => ({
      ...typed({ ...resource, ...attributes }),
      timestamp: time,
      "severity.number": severity,
      message: body,
    })),
    Span: spans.map(spanRow),
    byMetric: Map.groupBy(metricRows, ({ metricName }) => String(metricName)),
    types: new Map(series.map((one) => [one.name, typeOf(one)])),
  };
}

function typeOf({ kind, monotonic }: Series): MetricType {
  if (kind === "histogram" || kind === "exponential") return "distribution";
  return kind === "sum" && monotonic === true ? "count" : "gauge";
}

function rowsOf(series: Series): readonly Row[] {
  const common = { ...typed({ ...series.resource, ...series.attributes }), metricName: series.name };
  const type = typeOf(series);
  return series.points.flatMap((point, index) => {
    if (point.stale === true) return [];
    const value = type === "distribution" ? distributionOf(point) : growthOf(series, point, series.points[index - 1]);
    return value === undefined ? [] : [{ ...common, timestamp: point.time, [series.name]: value }];
  });
}

/** Of a cumulative count only its growth is kept, so the first report says nothing. */
function growthOf({ temporality, monotonic }: Series, point: Point, before: Point | undefined): number | undefined {
  if (temporality !== "cumulative" || monotonic !== true) return point.value;
  if (before?.value === undefined || point.value === undefined) return undefined;
  return point.value >= before.value ? point.value - before.value : point.value;
}

function distributionOf({ count = 0, sum = 0, bounds = [], buckets = [], exponential }: Point): Distribution {
  const measured =
    exponential === undefined
      ? buckets.map((number, index) => ({ value: middle(bounds[index - 1] ?? 0, bounds[index]), count: number }))
      : exponential.counts.map((number, index) => {
          const base = 2 ** (2 ** -exponential.scale);
          return {
            value: middle(base ** (exponential.offset + index), base ** (exponential.offset + index + 1)),
            count: number,
          };
        });
  return { count, sum, measured: measured.filter((one) => one.count > 0) };
}

/** The last bucket has no upper bound. */
const middle = (lower: number, upper: number | undefined): number =>
  upper === undefined ? lower : (lower + upper) / 2;

const KINDS = ["unspecified", "internal", "server", "client", "producer", "consumer"] as const;

function spanRow({ resource, attributes, name, kind, start, durationMs, status, trace }: Span): Row {
  return {
    ...typed({ ...resource, ...attributes }),
    timestamp: start,
    name,
    "span.kind": KINDS[kind] ?? "unspecified",
    "duration.ms": durationMs,
    "trace.id": String(trace),
    ...(status === 0 ? {} : { "otel.status_code": status === 2 ? "ERROR" : "OK" }),
  };
}

/** Truth values are compared as text here, as our queries write them. */
function typed(attributes: Attributes): Readonly<Record<string, string | number>> {
  const entries = Object.entries(attributes).map(([key, value]) => [
    key,
    typeof value === "boolean" ? String(value) : value,
  ]);
  return Object.fromEntries(entries);
}

import { isNumeric } from "../../../../dashboards/model/attribute.ts";
import { instanceOf, sentName } from "../recorded/identity.ts";
import type { Attributes, Measured, Recording, Report } from "../recorded/recording.ts";

export type Value = string | number | boolean;
export type Columns = Readonly<Record<string, Value>>;

/** A span or log record with its columns; a sampled one stands for several. */
export interface Event {
  readonly at: number;
  readonly weight: number;
  readonly columns: Columns;
}

/** A metric with one set of attributes. Sums since the start stay such: nothing on the way to Honeycomb converts them. */
export interface Series {
  readonly metric: string;
  /** Decides what is done over time by default: the growth of a `sum`, the last value of a `gauge`. */
  readonly kind: "gauge" | "sum" | "histogram";
  readonly attributes: Columns;
  readonly points: readonly Point[];
}

export interface Point {
  readonly at: number;
  readonly value: number;
  /** Of a histogram: what was measured since the point before. */
  readonly measured: readonly Measured[];
}

export interface Stored {
  readonly events: readonly Event[];
  readonly series: readonly Series[];
}

/** What tail sampling keeps of the traces without a failure, in per cent, and whether spans say so. */
export interface Sampled {
  readonly baselinePercent: number;
  /** Whether kept spans carry their sample rate. */
  readonly weighted: boolean;
}

/**
 * A recording as Honeycomb stores it: spans and logs in datasets named after services, distinguished by `meta.signal_type`, and metrics as
 * time series in a dataset of their own. A histogram has a count and a sum beside it.
 */
export function storedByHoneycomb(recording: Recording, sampled?: Sampled): Stored {
  const logs = recording.logs.map(({ at, service, severity, body, attributes }) => ({
    at,
    weight: 1,
    columns: {
      ...attributes,
      "meta.signal_type": "log",
      "deployment.environment.name": "test",
      "service.name": service,
      severity_code: severity,
      body,
    },
  }));
  const spans = recording.reports.flatMap(spansOf).flatMap((span) => kept(span, sampled));
  return { events: [...spans, ...logs], series: seriesOf(recording.reports) };
}

/** Failed traces whole, of the others a share. */
function kept(span: Event, sampled: Sampled | undefined): readonly Event[] {
  if (sampled === undefined || span.columns.error === true) return [span];
  const share = sampled.baselinePercent / 100;
  return [{ ...span, weight: sampled.weighted ? span.weight : span.weight * share }];
}

/** The spans that a count of spans counted; their durations where those were measured too. */
function spansOf({ at, metric, attributes, delta, measured }: Report): readonly Event[] {
  if (metric.source !== "span-metrics" && metric.source !== "sdk:http-server") return [];
  const columns = spanColumns(attributes, metric.source === "sdk:http-server");
  const spans = metric.kind === "histogram" ? measured : [{ value: 0.01, count: delta }];
  return spans
    .filter(({ count }) => count > 0)
    .map(({ value, count }) => ({
      at,
      weight: count,
      columns: { ...columns, "meta.signal_type": "trace", duration_ms: value * 1000 },
    }));
}

const SPAN_NAMES: Readonly<Record<string, string>> = { "span.name": "name" };

/** A span without an error has no column `error`. */
function spanColumns(attributes: Attributes, isServer: boolean): Columns {
  const columns = Object.entries(attributes).flatMap(([key, value]): readonly (readonly [string, Value])[] => {
    if (key === "span.kind") return [[key, value.replace("SPAN_KIND_", "").toLowerCase()]];
    if (key === "status.code") return value === "STATUS_CODE_ERROR" ? [["error", true]] : [];
    return [[SPAN_NAMES[key] ?? key, typed(key, value)]];
  });
  // a server's span with 5xx has failed: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#status
  const refused = isServer && Number(attributes["http.response.status_code"] ?? 0) >= 500;
  return {
    ...(isServer ? { "span.kind": "server" } : {}),
    ...(refused ? { error: true } : {}),
    ...Object.fromEntries(columns),
  };
}

const typed = (key: string, value: string): Value => (isNumeric(key) ? Number(value) : value);

function seriesOf(reports: readonly Report[]): readonly Series[] {
  const byOrigin = Map.groupBy(reports, ({ metric, origin }) => `${metric.name} ${origin}`);
  return [...byOrigin.values()].flatMap((together): readonly Series[] => {
    const [first] = together;
    if (first === undefined) return [];
    const { metric } = first;
    const attributes = {
      ...Object.fromEntries(Object.entries(first.attributes).map(([key, value]) => [key, typed(key, value)])),
      ...instanceOf(metric.source, first.attributes),
    };
    const name = sentName(metric);
    const points = together.map(({ at, value, measured }) => ({ at, value, measured }));
    if (metric.kind !== "histogram") {
      return [{ metric: name, kind: metric.kind === "counter" ? "sum" : "gauge", attributes, points }];
    }
    let sum = 0;
    const sums = together.map(({ at, measured }) => {
      sum += measured.reduce((all, { value, count }) => all + value * count, 0);
      return { at, value: sum, measured: [] };
    });
    return [
      { metric: name, kind: "histogram", attributes, points },
      { metric: `${name}.count`, kind: "sum", attributes, points },
      { metric: `${name}.sum`, kind: "sum", attributes, points: sums },
    ];
  });
}

import { instanceOf, sentName } from "../recorded/identity.ts";
import type { Attributes, Recording, Report } from "../recorded/recording.ts";

export type Value = string | number | boolean;

/** An event with its columns; a sampled one stands for several. */
export interface Event {
  readonly at: number;
  readonly place: "spans" | "metrics" | "logs";
  readonly weight: number;
  readonly columns: Readonly<Record<string, Value>>;
  /** The event before with the same attributes, of metrics: what an increase is counted from. */
  readonly before?: Event;
}

/**
 * A recording as Honeycomb stores it: spans and logs in datasets named after services, metrics in one of their own, where metrics
 * with the same time and attributes are one event and counters stay totals.
 */
export function storedByHoneycomb(recording: Recording): readonly Event[] {
  const logs = recording.logs.map(({ at, service, severity, body, attributes }) => ({
    at,
    place: "logs" as const,
    weight: 1,
    columns: {
      ...attributes,
      "deployment.environment.name": "test",
      "service.name": service,
      severity_code: severity,
      body,
    },
  }));
  return [...recording.reports.flatMap(spansOf), ...metricEvents(recording.reports), ...logs];
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
      place: "spans" as const,
      weight: count,
      columns: { ...columns, duration_ms: value * 1000 },
    }));
}

const SPAN_NAMES: Readonly<Record<string, string>> = { "span.name": "name" };

function spanColumns(attributes: Attributes, isServer: boolean): Readonly<Record<string, Value>> {
  const columns = Object.entries(attributes).map(([key, value]): readonly [string, Value] => {
    if (key === "span.kind") return [key, value.replace("SPAN_KIND_", "").toLowerCase()];
    if (key === "status.code") return ["error", value === "STATUS_CODE_ERROR"];
    if (key === "http.response.status_code") return [key, Number(value)];
    return [SPAN_NAMES[key] ?? key, value];
  });
  return { ...(isServer ? { "span.kind": "server" } : {}), ...Object.fromEntries(columns) };
}

function metricEvents(reports: readonly Report[]): readonly Event[] {
  const single = reports.filter(({ metric }) => metric.kind !== "histogram");
  const scrapes = Map.groupBy(single, ({ at, origin }) => `${at} ${origin}`);
  const last = new Map<string, Event>();
  return [...scrapes.values()].flatMap((together) => {
    const [first] = together;
    if (first === undefined) return [];
    const { at, metric, attributes, origin } = first;
    const before = last.get(origin);
    const event: Event = {
      at,
      place: "metrics",
      weight: 1,
      columns: {
        ...attributes,
        ...instanceOf(metric.source, attributes),
        ...Object.fromEntries(together.map((report) => [sentName(report.metric), report.value])),
      },
      ...(before === undefined ? {} : { before }),
    };
    last.set(origin, event);
    return [event];
  });
}

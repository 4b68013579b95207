import type { AnyValue, KeyValue, LogRequestJson } from "../../support/otlp-protobuf.ts";
import type { Attributes, Log, Point, Series, Value } from "./model.ts";

/** Requests in OTLP's JSON, oldest first, as the exporter once sent them. `begun` moves them to another time. */

const CUMULATIVE = 2;

/** One request for each moment at which something was reported. */
export function metricRequests(series: readonly Series[], begun: number): readonly unknown[] {
  const points = series.flatMap((one) => one.points.map((point) => ({ series: one, point })));
  const moments = Map.groupBy(points, ({ point }) => Math.floor(point.time / 1000));
  return [...moments]
    .sort(([a], [b]) => a - b)
    .map(([, together]) => ({
      resourceMetrics: together.map(({ series: { resource, scope, ...metric }, point }) => ({
        resource: { attributes: attributes(resource) },
        scopeMetrics: [{ scope: { name: scope }, metrics: [metricOf(metric, point, begun)] }],
      })),
    }));
}

export function logRequests(logs: readonly Log[], begun: number): readonly LogRequestJson[] {
  const sorted = logs.toSorted((a, b) => a.time - b.time);
  const batches = Array.from({ length: Math.ceil(sorted.length / 500) }, (_, index) =>
    sorted.slice(index * 500, (index + 1) * 500),
  );
  return batches.map((batch) => ({
    resourceLogs: batch.map((log) => ({
      resource: { attributes: attributes(log.resource) },
      scopeLogs: [
        {
          logRecords: [
            {
              timeUnixNano: nanos(begun + log.time),
              severityNumber: log.severity,
              body: { stringValue: log.body },
              attributes: attributes(log.attributes),
            },
          ],
        },
      ],
    })),
  }));
}

function metricOf(series: Omit<Series, "resource" | "scope">, point: Point, begun: number): unknown {
  const { name, unit, kind, monotonic } = series;
  const dataPoint = {
    attributes: attributes(series.attributes),
    startTimeUnixNano: nanos(begun + point.start),
    timeUnixNano: nanos(begun + point.time),
    ...(point.stale === true && { flags: 1 }),
    ...(point.value !== undefined && { asDouble: point.value }),
    ...(point.count !== undefined && {
      count: String(point.count),
      sum: point.sum ?? 0,
      bucketCounts: (point.buckets ?? []).map(String),
      explicitBounds: point.bounds ?? [],
    }),
  };
  const data = { dataPoints: [dataPoint] };
  switch (kind) {
    case "gauge":
      return { name, unit, gauge: data };
    case "sum":
      return { name, unit, sum: { ...data, aggregationTemporality: CUMULATIVE, isMonotonic: monotonic === true } };
    case "histogram":
      return { name, unit, histogram: { ...data, aggregationTemporality: CUMULATIVE } };
    case "exponential":
      throw new Error(`${name} is an exponential histogram: local stores are sent histograms with explicit buckets.`);
    default:
      return kind satisfies never;
  }
}

function attributes(of: Attributes): readonly KeyValue[] {
  return Object.entries(of).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: Value): AnyValue {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

const nanos = (milliseconds: number): string => `${Math.round(milliseconds)}000000`;

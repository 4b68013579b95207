import type { TelemetrySignal } from "../../../pipeline/signal.ts";
import { decode, type Shape } from "./protobuf.ts";

/** OTLP requests in protobuf or JSON, read into the few things a backend judges them by. */

/** One span, log record or data point. */
export interface Item {
  readonly service: string;
  /** Name of the span or metric; empty for a log record. */
  readonly name: string;
  /** Attributes of the item alone, texts as they are, everything else as JSON. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Data points of sums and histograms only. */
  readonly temporality?: "delta" | "cumulative" | "unspecified";
  readonly monotonic?: boolean;
  readonly metricKind?: "gauge" | "sum" | "histogram" | "exponentialHistogram" | "summary";
  /** Value of a number point, where there is one. */
  readonly value?: number;
}

const anyValue = (): Shape => ({
  1: ["stringValue", "text"],
  2: ["boolValue", "flag"],
  3: ["intValue", "integer"],
  4: ["doubleValue", "double"],
  5: ["arrayValue", () => ({ 1: ["values", anyValue, "repeated"] })],
  6: ["kvlistValue", () => ({ 1: ["values", keyValue, "repeated"] })],
  7: ["bytesValue", "hex"],
});
const keyValue = (): Shape => ({ 1: ["key", "text"], 2: ["value", anyValue] });
const resource = (): Shape => ({ 1: ["attributes", keyValue, "repeated"] });
const number = (): Shape => ({
  4: ["asDouble", "double"],
  6: ["asInt", "fixed64"],
  7: ["attributes", keyValue, "repeated"],
});
const attributesAt = (field: number) => (): Shape => ({ [field]: ["attributes", keyValue, "repeated"] });
const points = (point: () => Shape) => (): Shape => ({
  1: ["dataPoints", point, "repeated"],
  2: ["aggregationTemporality", "integer"],
  3: ["isMonotonic", "flag"],
});

const SHAPES: Readonly<Record<TelemetrySignal, Shape>> = {
  traces: request("resourceSpans", "scopeSpans", "spans", () => ({
    1: ["traceId", "hex"],
    5: ["name", "text"],
    9: ["attributes", keyValue, "repeated"],
  })),
  logs: request("resourceLogs", "scopeLogs", "logRecords", () => ({
    5: ["body", anyValue],
    6: ["attributes", keyValue, "repeated"],
  })),
  metrics: request("resourceMetrics", "scopeMetrics", "metrics", () => ({
    1: ["name", "text"],
    5: ["gauge", points(number)],
    7: ["sum", points(number)],
    9: ["histogram", points(attributesAt(9))],
    10: ["exponentialHistogram", points(attributesAt(1))],
    11: ["summary", points(attributesAt(7))],
  })),
};

function request(outer: string, inner: string, leaf: string, item: () => Shape): Shape {
  const scope = (): Shape => ({ 2: [leaf, item, "repeated"] });
  return { 1: [outer, () => ({ 1: ["resource", resource], 2: [inner, scope, "repeated"] }), "repeated"] };
}

/** @throws Error on a body that is not what its content type says. */
export function readOtlp(signal: TelemetrySignal, contentType: string, body: Buffer): readonly Item[] {
  const message: unknown =
    contentType === "application/json" ? JSON.parse(body.toString("utf8")) : decode(body, SHAPES[signal]);
  switch (signal) {
    case "traces":
      return leaves(message, "resourceSpans", "scopeSpans", "spans").map(({ service, leaf }) => plain(service, leaf));
    case "logs":
      return leaves(message, "resourceLogs", "scopeLogs", "logRecords").map(({ service, leaf }) =>
        plain(service, leaf),
      );
    case "metrics":
      return leaves(message, "resourceMetrics", "scopeMetrics", "metrics").flatMap(({ service, leaf }) =>
        dataPoints(service, leaf),
      );
    default:
      return signal satisfies never;
  }
}

function plain(service: string, leaf: unknown): Item {
  return { service, name: String(pick(leaf, "name") ?? ""), attributes: attributes(leaf) };
}

const KINDS = ["gauge", "sum", "histogram", "exponentialHistogram", "summary"] as const;
const TEMPORALITIES = ["unspecified", "delta", "cumulative"] as const;

function dataPoints(service: string, metric: unknown): readonly Item[] {
  return KINDS.flatMap((metricKind) => {
    const data = pick(metric, metricKind);
    const aggregated = metricKind !== "gauge" && metricKind !== "summary";
    return list(data, "dataPoints").map((point) => ({
      ...plain(service, point),
      name: String(pick(metric, "name")),
      metricKind,
      ...(aggregated && {
        temporality: TEMPORALITIES[Number(pick(data, "aggregationTemporality") ?? 0)] ?? "unspecified",
      }),
      ...(metricKind === "sum" && { monotonic: pick(data, "isMonotonic") === true }),
      value: Number(pick(point, "asInt") ?? pick(point, "asDouble") ?? 0),
    }));
  });
}

function leaves(message: unknown, outer: string, inner: string, leaf: string) {
  return list(message, outer).flatMap((group) => {
    const service = attributes(pick(group, "resource"))["service.name"] ?? "unknown_service";
    return list(group, inner).flatMap((scope) => list(scope, leaf).map((one) => ({ service, leaf: one })));
  });
}

function attributes(holder: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    list(holder, "attributes").map((attribute) => {
      const [value] = Object.values(pick(attribute, "value") ?? {});
      return [String(pick(attribute, "key")), typeof value === "string" ? value : JSON.stringify(value ?? null)];
    }),
  );
}

function list(holder: unknown, key: string): readonly unknown[] {
  const value = pick(holder, key);
  return Array.isArray(value) ? value : [];
}

function pick(holder: unknown, key: string): unknown {
  return typeof holder === "object" && holder !== null ? Reflect.get(holder, key) : undefined;
}

import { randomBytes } from "node:crypto";

/** OTLP/JSON as an SDK would send it. */

type Value = string | number | boolean | Readonly<Record<string, string>>;
type Attributes = Readonly<Record<string, Value>>;

export interface SpanInput {
  readonly name: string;
  readonly kind?: "internal" | "server" | "client" | "producer" | "consumer";
  readonly attributes?: Attributes;
  readonly status?: { readonly code: 0 | 1 | 2; readonly message?: string };
  readonly events?: readonly { readonly name: string; readonly attributes?: Attributes }[];
  readonly links?: readonly Attributes[];
  readonly durationMs?: number;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly parentSpanId?: string;
  readonly scope?: string;
}

const kinds = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;

export const newTraceId = (): string => randomBytes(16).toString("hex");
export const newSpanId = (): string => randomBytes(8).toString("hex");

export function tracesOf(service: string, spans: readonly SpanInput[], resource: Attributes = {}): object {
  return {
    resourceSpans: [
      {
        resource: { attributes: keyValues({ "service.name": service, ...resource }) },
        scopeSpans: spans.map((span) => ({ scope: { name: span.scope ?? "test" }, spans: [spanOf(span)] })),
      },
    ],
  };
}

function spanOf(span: SpanInput): object {
  const end = BigInt(Date.now()) * 1_000_000n;
  return {
    traceId: span.traceId ?? newTraceId(),
    spanId: span.spanId ?? newSpanId(),
    ...(span.parentSpanId === undefined ? {} : { parentSpanId: span.parentSpanId }),
    name: span.name,
    kind: kinds[span.kind ?? "internal"],
    startTimeUnixNano: String(end - BigInt(span.durationMs ?? 5) * 1_000_000n),
    endTimeUnixNano: String(end),
    attributes: keyValues(span.attributes ?? {}),
    status: span.status ?? {},
    events: (span.events ?? []).map((event) => ({
      name: event.name,
      timeUnixNano: String(end),
      attributes: keyValues(event.attributes ?? {}),
    })),
    links: (span.links ?? []).map((attributes) => ({
      traceId: newTraceId(),
      spanId: newSpanId(),
      attributes: keyValues(attributes),
    })),
  };
}

export function gaugeOf(
  service: string,
  name: string,
  attributes: Attributes,
  resource: Attributes = {},
  aheadMs = 0,
): object {
  const dataPoints = [{ timeUnixNano: now(aheadMs), asDouble: 1, attributes: keyValues(attributes) }];
  return metricOf(service, { name, gauge: { dataPoints } }, resource);
}

/** One gauge with a point for each set of attributes. */
export function gaugesOf(service: string, name: string, attributes: readonly Attributes[]): object {
  const dataPoints = attributes.map((a) => ({ timeUnixNano: now(), asDouble: 1, attributes: keyValues(a) }));
  return metricOf(service, { name, gauge: { dataPoints } }, {});
}

/** A cumulative counter with this value. */
export function counterOf(service: string, name: string, value: number, startMs: number): object {
  const dataPoints = [
    {
      startTimeUnixNano: String(BigInt(startMs) * 1_000_000n),
      timeUnixNano: now(),
      asInt: String(value),
      attributes: [],
    },
  ];
  return metricOf(service, { name, sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints } }, {});
}

/** The SDK's histogram of so many failed requests that a server answered since `startMs`. */
export function requestsOf(service: string, count: number, startMs: number, resource: Attributes): object {
  const point = {
    startTimeUnixNano: String(BigInt(startMs) * 1_000_000n),
    timeUnixNano: now(),
    count: String(count),
    sum: count / 10,
    explicitBounds: [0.005, 0.5],
    bucketCounts: ["0", String(count), "0"],
    attributes: keyValues({ "http.route": "/orders", "http.request.method": "GET", "http.response.status_code": 500 }),
  };
  const histogram = { aggregationTemporality: 2, dataPoints: [point] };
  return metricOf(service, { name: "http.server.request.duration", unit: "s", histogram }, resource);
}

function metricOf(service: string, metric: object, resource: Attributes): object {
  return {
    resourceMetrics: [
      {
        resource: { attributes: keyValues({ "service.name": service, ...resource }) },
        scopeMetrics: [{ scope: { name: "test" }, metrics: [metric] }],
      },
    ],
  };
}

export interface LogInput {
  readonly body: Value;
  /** How wrong its clock is. Default: 0. */
  readonly aheadMs?: number;
  readonly attributes?: Attributes;
  readonly traceId?: string;
}

export function logsOf(service: string, records: readonly LogInput[], resource: Attributes = {}): object {
  return {
    resourceLogs: [
      {
        resource: { attributes: keyValues({ "service.name": service, ...resource }) },
        scopeLogs: [
          {
            scope: { name: "test" },
            logRecords: records.map((record) => ({
              timeUnixNano: now(record.aheadMs),
              severityNumber: 9,
              severityText: "INFO",
              body: anyValue(record.body),
              attributes: keyValues(record.attributes ?? {}),
              ...(record.traceId === undefined ? {} : { traceId: record.traceId, spanId: newSpanId() }),
            })),
          },
        ],
      },
    ],
  };
}

/** Sends one payload; throws when it is not accepted. */
export async function send(intake: string, signal: "traces" | "metrics" | "logs", payload: object): Promise<void> {
  const response = await fetch(`${intake}/v1/${signal}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(payload),
  });
  if (!response.ok) throw new Error(`${signal} were not accepted: ${response.status} ${await response.text()}`);
}

const now = (aheadMs = 0): string => String(BigInt(Date.now() + aheadMs) * 1_000_000n);

function keyValues(attributes: Attributes): readonly object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: Value): object {
  switch (typeof value) {
    case "string":
      return { stringValue: value };
    case "boolean":
      return { boolValue: value };
    case "number":
      return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
    default:
      return { kvlistValue: { values: keyValues(value) } };
  }
}

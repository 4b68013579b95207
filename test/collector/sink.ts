import { createHash } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";

/** An OTLP/HTTP backend that keeps what it is sent: JSON to be looked into, of protobuf the size. */
export interface Sink {
  readonly url: string;
  /** Bodies received, by path. */
  readonly received: readonly {
    readonly path: string;
    readonly body: unknown;
    readonly bytes: number;
    readonly headers: IncomingMessage["headers"];
  }[];
  /** Everything received, as text: to look for what must not be there. */
  text(): string;
  /** Digests of the bodies that it did not take. */
  readonly refused: readonly string[];
  /** Answers 503, or the status named, from now on, or takes requests again. */
  away(yes: boolean | number): void;
  close(): Promise<void>;
}

export async function startSink(address: string): Promise<Sink> {
  const received: { path: string; body: unknown; bytes: number; headers: IncomingMessage["headers"] }[] = [];
  const refused: string[] = [];
  let isAway: boolean | number = false;
  const server = createServer(async (request, response) => {
    const raw = await buffer(request);
    const plain = request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw;
    if (isAway !== false) {
      refused.push(createHash("sha256").update(plain).digest("hex"));
      response.writeHead(isAway === true ? 503 : isAway).end();
      return;
    }
    received.push({
      path: request.url ?? "",
      body: request.headers["content-type"] === "application/json" ? JSON.parse(plain.toString("utf8")) : undefined,
      bytes: plain.length,
      headers: request.headers,
    });
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const at = server.address();
  if (at === null || typeof at === "string") throw new Error("The sink has no port.");
  return {
    url: `http://${address}:${at.port}`,
    received,
    refused,
    text: () => JSON.stringify(received.map(({ body }) => body)),
    away: (yes) => {
      isAway = yes;
    },
    close: () => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()),
  };
}

export interface Attributes {
  readonly [key: string]: unknown;
}

export interface Span {
  readonly service: string;
  readonly resource: Attributes;
  readonly name: string;
  readonly attributes: Attributes;
  readonly traceId: string;
}

/** All spans a sink received. */
export function spans(sink: Sink): readonly Span[] {
  return list(sink, "/v1/traces", "resourceSpans").flatMap((resourceSpans) => {
    const resource = attributes(pick(resourceSpans, "resource"));
    return items(resourceSpans, "scopeSpans").flatMap((scope) =>
      items(scope, "spans").map((span) => ({
        service: String(resource["service.name"]),
        resource,
        name: String(pick(span, "name")),
        attributes: attributes(span),
        traceId: String(pick(span, "traceId")),
      })),
    );
  });
}

export interface Point {
  readonly resource: Attributes;
  readonly metric: string;
  readonly unit: string;
  readonly temporality: number | undefined;
  readonly attributes: Attributes;
  readonly value: number;
  readonly exemplars: number;
}

/** All points of all metrics a sink received, oldest first. */
export function points(sink: Sink): readonly Point[] {
  return list(sink, "/v1/metrics", "resourceMetrics").flatMap((resourceMetrics) => {
    const resource = attributes(pick(resourceMetrics, "resource"));
    return items(resourceMetrics, "scopeMetrics").flatMap((scope) =>
      items(scope, "metrics").flatMap((metric) =>
        ["gauge", "sum", "histogram"].flatMap((kind) => {
          const data = pick(metric, kind);
          const temporality = pick(data, "aggregationTemporality");
          return items(data, "dataPoints").map((point) => ({
            resource,
            metric: String(pick(metric, "name")),
            unit: String(pick(metric, "unit") ?? ""),
            temporality: typeof temporality === "number" ? temporality : undefined,
            attributes: attributes(point),
            // a histogram without measurements has no count in OTLP/JSON
            value: Number(pick(point, "asInt") ?? pick(point, "asDouble") ?? pick(point, "count") ?? 0),
            exemplars: items(point, "exemplars").length,
          }));
        }),
      ),
    );
  });
}

export interface LogRecord {
  readonly resource: Attributes;
  readonly body: unknown;
  readonly attributes: Attributes;
  readonly traceId: string;
  readonly severity: number;
  /** As OTLP writes it: nanoseconds since 1970. */
  readonly time: string;
}

export function logRecords(sink: Sink): readonly LogRecord[] {
  return list(sink, "/v1/logs", "resourceLogs").flatMap((resourceLogs) =>
    items(resourceLogs, "scopeLogs").flatMap((scope) =>
      items(scope, "logRecords").map((record) => ({
        resource: attributes(pick(resourceLogs, "resource")),
        body: pick(record, "body"),
        attributes: attributes(record),
        traceId: String(pick(record, "traceId")),
        severity: Number(pick(record, "severityNumber") ?? 0),
        time: String(pick(record, "timeUnixNano")),
      })),
    ),
  );
}

function list(sink: Sink, path: string, key: string): readonly unknown[] {
  return sink.received.filter((request) => request.path === path).flatMap(({ body }) => items(body, key));
}

function attributes(holder: unknown): Attributes {
  return Object.fromEntries(
    items(holder, "attributes").map((attribute) => {
      const value = pick(attribute, "value");
      return [
        String(pick(attribute, "key")),
        typeof value === "object" && value !== null ? Object.values(value)[0] : value,
      ];
    }),
  );
}

function items(holder: unknown, key: string): readonly unknown[] {
  const value = pick(holder, key);
  return Array.isArray(value) ? value : [];
}

function pick(holder: unknown, key: string): unknown {
  return typeof holder === "object" && holder !== null ? Reflect.get(holder, key) : undefined;
}

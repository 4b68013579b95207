import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createNetwork, type Network, type RunningCollector, startCollector, until } from "./collector.ts";
import { inputFor, readableConfig, sinkBackend } from "./configs.ts";
import { gaugeOf, logsOf, newSpanId, newTraceId, type SpanInput, send, tracesOf } from "./otlp.ts";
import { logRecords, points, type Sink, spans, startSink } from "./sink.ts";

let sink: Sink;
let network: Network;
let collector: RunningCollector;

const traceId = newTraceId();
const ids = { request: newSpanId(), publish: newSpanId(), query: newSpanId(), get: newSpanId() };

const apiSpans: readonly SpanInput[] = [
  {
    traceId,
    spanId: ids.request,
    name: "GET /games/{id}",
    kind: "server",
    attributes: {
      "http.route": "/games/{id}",
      "http.request.method": "GET",
      "http.response.status_code": 200,
      "url.path": "/games/7",
    },
    durationMs: 40,
  },
  {
    traceId,
    parentSpanId: ids.request,
    name: "GET /games/{id} http send",
    attributes: { "asgi.event.type": "http.response.start" },
  },
  {
    traceId,
    spanId: ids.query,
    parentSpanId: ids.request,
    name: "SELECT games",
    kind: "client",
    attributes: { "db.system.name": "postgresql", "db.namespace": "games", "db.query.text": "SELECT 2" },
  },
  {
    traceId,
    spanId: ids.get,
    parentSpanId: ids.request,
    name: "GET",
    kind: "client",
    attributes: { "db.system": "redis", "db.statement": "GET ?" },
  },
  {
    traceId,
    parentSpanId: ids.request,
    name: "connect",
    kind: "client",
    scope: "opentelemetry.instrumentation.sqlalchemy",
    attributes: { "db.system.name": "postgresql" },
  },
  {
    traceId,
    spanId: ids.publish,
    parentSpanId: ids.request,
    name: "games,game.created.7 send",
    kind: "producer",
    attributes: { "messaging.system": "rabbitmq", "messaging.destination": "games,game.created.7" },
  },
  {
    traceId,
    parentSpanId: ids.request,
    name: ",reminders send",
    kind: "producer",
    attributes: { "messaging.system": "rabbitmq", "messaging.destination": ",reminders" },
  },
  {
    traceId,
    parentSpanId: ids.request,
    name: "publish <default>",
    kind: "producer",
    attributes: {
      "messaging.system": "rabbitmq",
      "messaging.destination": "",
      "messaging.rabbitmq.routing_key": "parcels",
    },
  },
  { name: "GET /health", kind: "server", attributes: { "url.path": "/health", "http.route": "/health" } },
  { name: "GET /health", kind: "server", attributes: { "url.path": "/health" }, status: { code: 2 } },
  { name: "SELECT", kind: "client", attributes: { "db.system.name": "postgresql", "db.query.text": "SELECT 1" } },
];

beforeAll(async () => {
  network = createNetwork();
  sink = await startSink(network.hostAddress);
  collector = await startCollector(readableConfig(inputFor([sinkBackend("sink", sink)])), network);
  const instance = { "service.instance.id": "the-first", "service.version": "1.0.0" };
  await send(collector.intake, "traces", tracesOf("api", apiSpans, instance));
  await send(
    collector.intake,
    "traces",
    tracesOf("bot", [
      {
        traceId,
        parentSpanId: ids.publish,
        name: "games receive",
        kind: "consumer",
        attributes: { "messaging.system": "rabbitmq", "messaging.destination": "games" },
      },
    ]),
  );
  await send(
    collector.intake,
    "traces",
    tracesOf("frontend", [
      {
        name: "/api/",
        kind: "server",
        attributes: {
          "http.method": "GET",
          "http.target": "/api/games?q=1",
          "http.status_code": 200,
          "net.sock.peer.addr": "192.0.2.77",
        },
      },
    ]),
  );
  await send(collector.intake, "traces", tracesOf("beat", [{ name: "apply_async/report", kind: "producer" }]));
  await send(collector.intake, "metrics", gaugeOf("api", "system.cpu.utilization", {}));
  await send(collector.intake, "metrics", gaugeOf("api", "app.games", {}));
  await send(collector.intake, "logs", logsOf("api", [{ body: "hello", traceId }]));
  await until(
    () =>
      logRecords(sink).length > 0 &&
      points(sink).some((p) => p.metric === "app.games") &&
      points(sink).some((p) => p.metric === "otelcol_exporter_queue_capacity") &&
      points(sink).some((p) => p.metric === "traces_service_graph_request_total" && p.attributes.server === "rabbitmq"),
    "everything has arrived",
  );
});

afterAll(async () => {
  collector?.remove();
  network?.remove();
  await sink?.close();
});

describe("what is dropped and what stays", () => {
  test("ASGI send spans, health checks, their queries and SQLAlchemy's connect are gone; a failed health check is not", () => {
    expect(
      spans(sink)
        .map((s) => s.name)
        .sort(),
    ).toEqual([
      "/api/",
      "GET",
      "GET /games/{id}",
      "GET /health",
      "SELECT games",
      "apply_async/report",
      "games receive",
      "games send",
      "parcels send",
      "reminders send",
    ]);
  });

  test("the host's metrics from inside an application are gone, its own stay", () => {
    const fromApi = points(sink)
      .filter((p) => p.resource["service.name"] === "api")
      .map((p) => p.metric);
    expect(fromApi).toContain("app.games");
    expect(fromApi).not.toContain("system.cpu.utilization");
  });
});

describe("conventions", () => {
  test("everything says where it comes from", () => {
    for (const { resource } of [...spans(sink), ...logRecords(sink), ...points(sink)]) {
      expect(resource["deployment.environment.name"]).toBe("test");
      expect(resource["service.namespace"]).toBe("game-scheduler");
    }
  });

  test("what begins a trace and is no request or message taken in is a scheduled run, also one that only publishes", () => {
    const marked = (service: string) =>
      spans(sink)
        .filter((s) => s.service === service)
        .map((s) => [s.name, s.attributes["span.root"]]);
    expect(marked("beat")).toEqual([["apply_async/report", "true"]]);
    expect(marked("frontend")).toEqual([["/api/", undefined]]);
  });

  test("aio-pika's two sides meet at one destination, and amqplib's queue has its name", () => {
    const messages = spans(sink).filter((s) => s.attributes["messaging.system"] === "rabbitmq");
    expect(
      messages
        .map((s) => [s.name, s.attributes["messaging.destination.name"], s.attributes["messaging.operation.type"]])
        .sort(),
    ).toEqual([
      ["games receive", "games", "process"],
      ["games send", "games", "send"],
      ["parcels send", "parcels", "send"],
      ["reminders send", "reminders", "send"],
    ]);
    expect(
      messages.find((s) => s.name === "games send")?.attributes["messaging.rabbitmq.destination.routing_key"],
    ).toBe("game.created.7");
  });

  test("nginx speaks today's conventions, without query and without the visitor's address", () => {
    const [span] = spans(sink).filter((s) => s.service === "frontend");
    expect(span?.attributes).toMatchObject({
      "http.request.method": "GET",
      "url.path": "/api/games",
      "client.address": "192.0.2.0",
    });
    expect(Number(span?.attributes["http.response.status_code"])).toBe(200);
    expect(span?.attributes).not.toHaveProperty("http.method");
  });
});

describe("what is counted", () => {
  test("requests by route, with an exemplar and in seconds", () => {
    const duration = points(sink).filter(
      (p) => p.metric === "traces.span.metrics.duration" && p.attributes["http.route"] === "/games/{id}",
    );
    // a series begins at zero, so that a rate shows its first request
    expect(duration.slice(0, 2)).toMatchObject([
      { unit: "s", value: 0 },
      { unit: "s", value: 1 },
    ]);
    expect(duration[0]?.resource["service.name"]).toBe("api");
    expect(duration[0]?.attributes).toMatchObject({ "span.name": "GET /games/{id}", "span.kind": "SPAN_KIND_SERVER" });
    expect(duration.reduce((sum, p) => sum + p.exemplars, 0)).toBeGreaterThan(0);
  });

  test("for the service, not under the instance and version that were seen first", () => {
    const api = points(sink).filter(
      (p) => p.metric === "traces.span.metrics.calls" && p.resource["service.name"] === "api",
    );
    expect(api.length).toBeGreaterThan(0);
    for (const { resource } of api)
      expect(resource).toEqual({
        "service.name": "api",
        "service.namespace": "game-scheduler",
        "deployment.environment.name": "test",
      });
    expect(spans(sink).find((s) => s.service === "api")?.resource).toMatchObject({ "service.version": "1.0.0" });
  });

  test("who calls whom, databases and the broker included", () => {
    const edges = new Set(
      points(sink)
        .filter((p) => p.metric === "traces_service_graph_request_total")
        .map((p) => `${p.attributes.client} -> ${p.attributes.server} (${p.attributes.connection_type})`),
    );
    expect([...edges].sort()).toEqual(
      expect.arrayContaining([
        "api -> bot (messaging_system)",
        "api -> postgresql (database)",
        "api -> rabbitmq (virtual_node)",
        "api -> redis (database)",
      ]),
    );
  });

  test("the collector itself, under its own name", () => {
    const own = points(sink).filter((p) => p.metric.startsWith("otelcol_"));
    expect(new Set(own.map((p) => p.resource["service.name"]))).toEqual(new Set(["collector"]));
    expect(own.map((p) => p.metric)).toEqual(
      expect.arrayContaining([
        "otelcol_receiver_accepted_spans",
        "otelcol_exporter_sent_spans",
        "otelcol_exporter_queue_size",
      ]),
    );
  });
});

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import otel from "../../../instrumentation/nginx/otel.js";

/** njs' shared memory: strings or numbers, and no more than `limit` of them. */
function zone(limit = 1000) {
  const held = new Map<string, string | number>();
  return {
    held,
    get: (key: string) => held.get(key),
    set(key: string, value: string | number) {
      if (held.size >= limit) throw new Error("no memory");
      held.set(key, value);
    },
    incr: (key: string, by: number, first: number) => held.set(key, Number(held.get(key) ?? first) + by),
    items: (most: number) => [...held].slice(0, most),
    delete: (key: string) => held.delete(key),
  };
}

let shared: Record<"otel_spans" | "otel_logs" | "otel_counts", ReturnType<typeof zone>>;
let answer: () => Promise<{ status: number }>;
let posted: { url: string; body: unknown }[];

beforeEach(() => {
  shared = { otel_spans: zone(), otel_logs: zone(), otel_counts: zone() };
  posted = [];
  answer = async () => ({ status: 200 });
  vi.stubGlobal("ngx", {
    shared,
    WARN: 4,
    log: () => {},
    fetch(url: string, { body }: { body: string }) {
      posted.push({ url, body: JSON.parse(body) });
      return answer();
    },
  });
  vi.stubEnv("OTEL_SERVICE_NAME", "pages");
  vi.stubEnv("OTEL_RESOURCE_ATTRIBUTES", "service.namespace=a%20b,service.version=1");
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318");
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

const CALLER = { trace: "a".repeat(32), span: "b".repeat(16) };

/** A request as njs shows it. */
function request(traceparent = "", variables: Readonly<Record<string, string>> = {}) {
  const r = {
    method: "GET",
    headersIn: { traceparent },
    warn: (text: string) => expect.unreachable(text),
    variables: {
      msec: "1000.250",
      request_time: "0.050",
      status: "200",
      uri: "/api/games",
      otel_route: "/api/",
      scheme: "http",
      host: "example.org",
      server_port: "8080",
      server_protocol: "HTTP/1.1",
      request_length: "90",
      body_bytes_sent: "7",
      otel_ids: "",
      ...variables,
    },
  };
  r.variables.otel_ids = otel.ids(r);
  return r;
}

const spans = () => [...shared.otel_spans.held.values()].flatMap((text) => JSON.parse(`[${text}]`));
const records = () => [...shared.otel_logs.held.values()].map((text) => JSON.parse(String(text)));
const attributes = (of: { attributes: { key: string; value: object }[] }) =>
  Object.fromEntries(of.attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

describe("trace context", () => {
  test("continues the caller's trace", () => {
    const [trace, , , flags, parent] = otel.ids(request(`00-${CALLER.trace}-${CALLER.span}-01`)).split("-");
    expect([trace, flags, parent]).toEqual([CALLER.trace, "01", CALLER.span]);
  });

  test.each([
    "",
    "00-short",
    `00-${"0".repeat(32)}-${CALLER.span}-01`,
    `00-${CALLER.trace}-${"0".repeat(16)}-01`,
    `ff-${CALLER.trace}-${CALLER.span}-01`,
    `00-${CALLER.trace}-${CALLER.span}-01-more`,
    `00-${CALLER.trace.toUpperCase()}-${CALLER.span}-01`,
    `00-${CALLER.trace}-${CALLER.span}-01, 00-${CALLER.trace}-${CALLER.span}-01`,
  ])("begins a new, sampled trace at %j", (header) => {
    const [trace, span, upstream, flags, parent] = otel.ids(request(header)).split("-");
    expect(trace).toMatch(/^[0-9a-f]{32}$/);
    expect(trace).not.toBe(CALLER.trace);
    expect([span, upstream].every((id = "") => /^[0-9a-f]{16}$/.test(id))).toBe(true);
    expect([flags, parent]).toEqual(["01", ""]);
  });

  test("a later version is read as far as it is known", () => {
    expect(otel.ids(request(`01-${CALLER.trace}-${CALLER.span}-03-more`)).slice(0, 32)).toBe(CALLER.trace);
  });

  test("the upstream's parent is the client span, with the caller's decision", () => {
    const r = request(`00-${CALLER.trace}-${CALLER.span}-00`);
    const [, , upstream] = r.variables.otel_ids.split("-");
    expect(otel.traceparent(r)).toBe(`00-${CALLER.trace}-${upstream}-00`);
  });
});

describe("a request", () => {
  test("is a server span in stable conventions, and a record with its ids", () => {
    otel.request(request(`00-${CALLER.trace}-${CALLER.span}-01`));
    const [span] = spans();
    expect(span).toMatchObject({ traceId: CALLER.trace, parentSpanId: CALLER.span, kind: 2, name: "GET /api/" });
    expect([span.startTimeUnixNano, span.endTimeUnixNano]).toEqual(["1000200000000", "1000250000000"]);
    expect(attributes(span)).toEqual({
      "http.request.method": "GET",
      "url.path": "/api/games",
      "url.scheme": "http",
      "http.route": "/api/",
      "http.response.status_code": "200",
      "server.address": "example.org",
      "server.port": "8080",
      "network.protocol.version": "1.1",
      "http.request.size": "90",
      "http.response.body.size": "7",
    });
    const [record] = records();
    expect(record).toMatchObject({ traceId: CALLER.trace, spanId: span.spanId, severityText: "INFO" });
    expect(record.body.stringValue).toBe("GET /api/games 200");
    expect(attributes(record)["nginx.request_time"]).toBe(0.05);
  });

  test("that went to an upstream has a client span of as long as that took", () => {
    otel.request(
      request("", {
        upstream_addr: "10.0.0.2:8000",
        upstream_status: "404",
        upstream_response_time: "0.030",
        status: "404",
        otel_upstream_host: "api:8000",
        otel_upstream_start: "1000210",
      }),
    );
    const [server, client] = spans();
    expect(client).toMatchObject({ parentSpanId: server.spanId, kind: 3, name: "GET" });
    expect([client.startTimeUnixNano, client.endTimeUnixNano]).toEqual(["1000210000000", "1000240000000"]);
    expect(attributes(client)).toMatchObject({
      "server.address": "api",
      "server.port": "8000",
      "network.peer.address": "10.0.0.2",
      "url.full": "http://api:8000/api/games",
      "http.response.status_code": "404",
    });
    // a visitor's mistake is no failure of either
    expect([server.status, client.status]).toEqual([undefined, undefined]);
  });

  test("that was tried at two upstreams ends with the second one's status", () => {
    otel.request(
      request("", {
        upstream_addr: "10.0.0.2:80, 10.0.0.3:80",
        upstream_status: "502, 200",
        upstream_response_time: "0.010, 0.020",
      }),
    );
    expect(attributes(spans()[1])).toMatchObject({
      "network.peer.address": "10.0.0.3",
      "http.response.status_code": "200",
      "http.request.resend_count": "1",
    });
  });

  test("answered with 5xx is an error", () => {
    otel.request(request("", { status: "502" }));
    expect(spans()[0]).toMatchObject({ status: { code: 2 } });
    expect(attributes(spans()[0])["error.type"]).toBe("502");
    expect(records()[0].severityText).toBe("WARN");
  });

  test("of an unknown method makes no series of its own", () => {
    otel.request({ ...request(), method: "FOO" });
    expect(spans()[0].name).toBe("HTTP /api/");
    expect(attributes(spans()[0])["http.request.method"]).toBe("_OTHER");
  });

  test("that the caller does not sample has a record and no span", () => {
    otel.request(request(`00-${CALLER.trace}-${CALLER.span}-00`));
    expect([spans().length, records().length]).toEqual([0, 1]);
  });

  test("in a location without access log has a span and no record", () => {
    otel.span(request());
    expect([spans().length, records().length]).toEqual([1, 0]);
  });
});

describe("sending", () => {
  test("posts what waits, named as the environment says, and forgets it", async () => {
    otel.request(request());
    await otel.send();
    expect(posted.map(({ url }) => url)).toEqual(["http://collector:4318/v1/traces", "http://collector:4318/v1/logs"]);
    expect(JSON.stringify(posted[0]?.body)).toContain(
      '{"attributes":[{"key":"service.name","value":{"stringValue":"pages"}},{"key":"telemetry.sdk.name","value":{"stringValue":"opentelemetry-nginx-njs"}},' +
        '{"key":"service.namespace","value":{"stringValue":"a b"}},{"key":"service.version","value":{"stringValue":"1"}}]}',
    );
    expect([spans().length, records().length]).toEqual([0, 0]);
  });

  test.each([
    ["cannot be reached", () => Promise.reject(new Error("refused"))],
    ["answers 503", async () => ({ status: 503 })],
    ["answers 429", async () => ({ status: 429 })],
  ])("keeps everything while the collector %s", async (_, then) => {
    answer = then;
    otel.request(request());
    await otel.send();
    expect([spans().length, records().length]).toEqual([1, 1]);
    answer = async () => ({ status: 200 });
    await otel.send();
    expect([spans().length, records().length]).toEqual([0, 0]);
  });

  test("once the collector took longer than a second, waits for its answer until it is quick again", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const taking = (milliseconds: number) => async () => {
      vi.setSystemTime(Date.now() + milliseconds);
      return { status: 200 };
    };
    otel.span(request());
    await otel.sendSlowly();
    expect(posted.length).toBe(0);
    // nginx ends this run when the next one is due
    answer = () => new Promise(() => {});
    void otel.send();
    expect(posted.length).toBe(1);
    await otel.send();
    await otel.send();
    expect([posted.length, spans().length]).toEqual([1, 1]);
    answer = taking(3000);
    await otel.sendSlowly();
    expect([posted.length, spans().length]).toEqual([2, 0]);
    otel.span(request());
    await otel.send();
    expect(spans().length).toBe(1);
    answer = taking(20);
    await otel.sendSlowly();
    otel.span(request());
    await otel.send();
    expect([posted.length, spans().length]).toEqual([4, 0]);
    vi.useRealTimers();
  });

  test("does not repeat what the collector refuses", async () => {
    answer = async () => ({ status: 400 });
    otel.request(request());
    await otel.send();
    expect([spans().length, records().length]).toEqual([0, 0]);
  });

  test("counts what a full queue loses, and says so once it is through", async () => {
    shared.otel_spans = zone(1);
    for (let i = 0; i < 3; i++) otel.span(request());
    await otel.send();
    const text = JSON.stringify(posted.at(-1)?.body);
    expect(text).toContain("nginx could not keep the telemetry of 2 requests: its queue was full");
    expect(shared.otel_counts.held.get("dropped")).toBe(0);
  });
});

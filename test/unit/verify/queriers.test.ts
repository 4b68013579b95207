import { afterEach, describe, expect, test } from "vitest";
import type { BackendQuery } from "../../../vendors/query.ts";
import { querierFor } from "../../../verify/queriers/index.ts";
import { prometheusPattern } from "../../../verify/queriers/parts/prometheus.ts";
import { type FakeBackend, fakeJaegerBackend } from "./support/fake-backend.ts";
import { recorded, since } from "./support/recordings.ts";
import { type FakeServer, serve } from "./support/server.ts";

const open: (FakeServer | FakeBackend)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

const jaegerBackend = async () => {
  const backend = await fakeJaegerBackend(recorded);
  open.push(backend);
  return querierFor(backend.query);
};

/** A backend whose every part is one server that answers alike. */
const answering = async (status: number, body: unknown) => {
  const server = await serve(() => ({ status, body }));
  open.push(server);
  const { url } = server;
  return { server, url, querier: querierFor({ kind: "jaeger", jaeger: url, prometheus: url, victorialogs: url }) };
};

describe("Jaeger's spans", () => {
  test("are read with ids, kind, service, parent, time and attributes", async () => {
    const spans = await (await jaegerBackend()).traces({ service: "api", since, limit: 100 });
    const publish = spans.find(({ kind, service }) => kind === "producer" && service === "api");
    expect(publish).toMatchObject({ attributes: { "messaging.system": "rabbitmq" } });
    expect(publish?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(publish?.spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(publish?.start.getTime()).toBeGreaterThanOrEqual(since.getTime());
    const parent = spans.find(({ spanId }) => spanId === publish?.parentId);
    expect(parent).toMatchObject({ service: "api", kind: "server" });
    const root = spans.find(({ service, kind }) => service === "frontend" && kind === "server");
    expect(root).not.toHaveProperty("parentId");
  });

  test("of one trace are read by its id, and an unknown id has none", async () => {
    const querier = await jaegerBackend();
    const [span] = await querier.traces({ service: "api", since, limit: 100 });
    expect(await querier.trace(span?.traceId ?? "")).toContainEqual(span);
    expect(await querier.trace(`${"0".repeat(31)}1`)).toEqual([]);
  });

  test("are none when nothing was found, which Jaeger says by 404", async () => {
    expect(await (await jaegerBackend()).traces({ service: "nobody", since, limit: 100 })).toEqual([]);
  });

  test("are asked for by service, time and number", async () => {
    const { server, querier } = await answering(404, "");
    await querier.traces({ service: "api", since, limit: 7 });
    const asked = new URL(server.asked[0]?.replace("GET ", "http://fake") ?? "");
    expect(asked.pathname).toBe("/api/v3/traces");
    expect(asked.searchParams.get("query.service_name")).toBe("api");
    expect(asked.searchParams.get("query.start_time_min")).toBe(since.toISOString());
    expect(asked.searchParams.get("query.num_traces")).toBe("7");
  });

  test("may be written with base64 ids and enum names, as protobuf gateways do", async () => {
    const { querier } = await answering(200, {
      result: {
        resourceSpans: [
          {
            resource: { attributes: [{ key: "service.name", value: { stringValue: "api" } }] },
            scopeSpans: [
              {
                spans: [
                  {
                    traceId: "CvdlGRbNQ92ESOshHIAxnA==",
                    spanId: "t61rcWkgMzE=",
                    parentSpanId: "",
                    name: "GET",
                    kind: "SPAN_KIND_CLIENT",
                    startTimeUnixNano: `${since.getTime()}000000`,
                    attributes: [{ key: "n", value: { intValue: "3" } }],
                    links: [{ traceId: "0AF7651916CD43DD8448EB211C80319C", spanId: "b7ad6b7169203331" }],
                  },
                ],
              },
            ],
          },
        ],
      },
    });
    expect(await querier.trace("0af7651916cd43dd8448eb211c80319c")).toEqual([
      {
        traceId: "0af7651916cd43dd8448eb211c80319c",
        spanId: "b7ad6b7169203331",
        links: [{ traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" }],
        service: "api",
        name: "GET",
        kind: "client",
        start: since,
        attributes: { n: "3" },
      },
    ]);
  });
});

describe("the place to look at a trace", () => {
  test("is Jaeger's page of it", async () => {
    expect(await (await jaegerBackend()).traceUrl("0a")).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/trace\/0a$/);
  });

  test("is Jaeger's API where its build has no pages, asked once", async () => {
    const { server, url, querier } = await answering(200, "<p>This is a placeholder for the Jaeger UI home page.</p>");
    expect(await querier.traceUrl("0a")).toBe(`${url}/api/v3/traces/0a`);
    expect(await querier.traceUrl("0b")).toBe(`${url}/api/v3/traces/0b`);
    expect(server.asked).toEqual(["GET /"]);
  });
});

describe("Prometheus' metrics", () => {
  test("of a service are those of its own SDK, not those derived from its spans", async () => {
    const names = await (await jaegerBackend()).serviceMetrics({ service: "api", since });
    expect(names).toContain("http_server_request_duration_seconds_count");
    expect(names.filter((name) => name.startsWith("traces_") || name === "target_info")).toEqual([]);
    expect(recorded.series).toContainEqual(expect.objectContaining({ name: "target_info" }));
  });

  test("of the infrastructure are recognised by their OpenTelemetry names", async () => {
    const names = ["redis.uptime", "postgresql.backends", "redis.flux"];
    expect(await (await jaegerBackend()).presentMetrics({ names, since })).toEqual([
      "redis.uptime",
      "postgresql.backends",
    ]);
  });

  test("are found with whatever unit and suffix Prometheus added, and no other name", () => {
    const matches = (name: string, stored: string) => new RegExp(`^(?:${prometheusPattern(name)})$`).test(stored);
    expect(matches("redis.uptime", "redis_uptime_seconds_total")).toBe(true);
    expect(matches("postgresql.db_size", "postgresql_db_size_bytes")).toBe(true);
    expect(matches("rabbitmq_connections", "rabbitmq_connections")).toBe(true);
    expect(matches("redis.uptime", "redis_uptimes")).toBe(false);
    expect(matches("redis.uptime", "my_redis_uptime")).toBe(false);
  });
});

describe("VictoriaLogs' records", () => {
  test("carry the trace id, those with one first", async () => {
    const records = await (await jaegerBackend()).logs({ service: "api", since, limit: 50 });
    expect(records.length).toBeGreaterThan(0);
    for (const record of records) expect(record.traceId).toMatch(/^[0-9a-f]{32}$/);
  });

  test("are read without trace ids when none has one", async () => {
    const { server, querier } = await answering(200, "");
    expect(await querier.logs({ service: "api", since, limit: 50 })).toEqual([]);
    expect(
      server.asked.map((address) => new URL(address.replace("GET ", "http://fake")).searchParams.get("query")),
    ).toEqual([
      '"service.name":="api" trace_id:~"^[0-9a-f]{32}$" | fields _time, trace_id',
      '"service.name":="api" | fields _time, trace_id',
    ]);
  });
});

describe("a part that answers badly", () => {
  test("is named with its address, status and words", async () => {
    const { url, querier } = await answering(500, "out of memory\n");
    await expect(querier.trace("0".repeat(32))).rejects.toThrow(
      `${url}/api/v3/traces/${"0".repeat(32)} answered 500: out of memory`,
    );
    await expect(querier.logs({ service: "api", since, limit: 1 })).rejects.toThrow(
      `${url}/select/logsql/query answered 500: out of memory`,
    );
  });

  test("is named when it is something else, such as a web page", async () => {
    const { url, querier } = await answering(200, "<!doctype html>");
    await expect(querier.serviceMetrics({ service: "api", since })).rejects.toThrow(
      `${url}/api/v1/query answered something that is not JSON: <!doctype html>`,
    );
  });
});

describe("an unknown backend", () => {
  test("is refused, naming those that exist", () => {
    const unknown = { kind: "splunk" } as unknown as BackendQuery;
    expect(() => querierFor(unknown)).toThrow(
      'No querier for backend "splunk"; allowed: jaeger, lgtm, grafana-cloud, new-relic, honeycomb.',
    );
  });
});

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { prometheusConfig } from "../../components/backends/prometheus-config.ts";
import { compilePromql } from "../../dashboards/compile/promql.ts";
import { increase } from "../../dashboards/model/build.ts";
import type { Expression } from "../../dashboards/model/expression.ts";
import { httpServerDuration, httpSignals } from "../../dashboards/signals/http.ts";
import { edgeRequests, FAILED, spanCalls, spanDuration, systemSignals } from "../../dashboards/signals/spans.ts";
import { imageReference } from "../../images/catalogue.ts";
import { createNetwork, docker, type Network, type RunningCollector, startCollector, until } from "./collector.ts";
import { inputFor, readableConfig, sinkBackend } from "./configs.ts";
import { requestsOf, send, tracesOf } from "./otlp.ts";
import { points, type Sink, startSink } from "./sink.ts";

/** A service that is asked twice, with a pause in between that is longer than span metrics last, as boards and rules read it from Prometheus. */

const EVENTS = 300;
/** What takes ten minutes in a deployment takes seconds here. */
const EXPIRATION_SECONDS = 6;
const ORDERS = { "service.name": "orders" };
const SDK = { "telemetry.sdk.name": "opentelemetry" };

let network: Network;
let sink: Sink;
let prometheus: string;
let collector: RunningCollector;
/** A process that began after the collector, and one that ran before it. */
const young = { began: 0, value: 0 };
const old = { began: Date.now() - 300_000, value: 57 };

async function visit(): Promise<void> {
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  const query = { name: "SELECT orders", kind: "client", attributes: { "db.system.name": "postgresql" } } as const;
  const request = { name: "GET /orders", kind: "server", status: { code: 2 }, traceId } as const;
  await send(collector.intake, "traces", tracesOf("orders", [request, query]));
  young.value += 1;
}

async function report(): Promise<void> {
  await send(
    collector.intake,
    "metrics",
    requestsOf("orders", young.value, young.began, { ...SDK, "service.instance.id": "young" }),
  );
  await send(
    collector.intake,
    "metrics",
    requestsOf("orders", old.value, old.began, { ...SDK, "service.instance.id": "old" }),
  );
}

/** What a rule would read now; 0 where there is nothing. */
async function read(value: Expression): Promise<number> {
  const query = compilePromql(value, { window: "5m", scope: { "deployment.environment.name": "test" } });
  const answer = (await (await fetch(`${prometheus}/api/v1/query?${new URLSearchParams({ query })}`)).json()) as {
    readonly data: { readonly result: readonly { readonly value: readonly [number, string] }[] };
  };
  return answer.data.result.reduce((sum, { value: [, text] }) => sum + Number(text), 0);
}

const within = (of: Parameters<typeof increase>[0], where = {}) => increase(of, EVENTS, { where });
const COUNTED = {
  "requests by the SDK": within(httpServerDuration, ORDERS),
  "failed requests by the SDK": within(httpServerDuration, { ...ORDERS, "http.response.status_code": { like: "5.." } }),
  "requests by spans": within(spanCalls, { ...ORDERS, "span.kind": "SPAN_KIND_SERVER" }),
  "failed requests by spans": within(spanCalls, { ...ORDERS, ...FAILED }),
  "durations by spans": within(spanDuration, { ...ORDERS, "span.kind": "SPAN_KIND_SERVER" }),
  "calls to the database": within(edgeRequests, { client: "orders", server: "postgresql" }),
};

const counts = async (): Promise<Record<string, number>> =>
  Object.fromEntries(
    await Promise.all(Object.entries(COUNTED).map(async ([what, of]) => [what, Math.round(await read(of))] as const)),
  );

const each = (value: number) => Object.fromEntries(Object.keys(COUNTED).map((what) => [what, value]));

/** Deltas that a backend got which wants those. */
const delivered = (metric: string, client?: string): number =>
  points(sink)
    .filter((point) => point.metric === metric && point.temporality === 1 && point.attributes.client === client)
    // what was added to no bucket has no count
    .reduce((sum, { value }) => sum + (value || 0), 0);

const settled = (value: number) =>
  until(
    async () => {
      await report();
      return (
        Object.values(await counts()).every((count) => count >= value) &&
        delivered("traces.span.metrics.calls") >= 2 * value
      );
    },
    `${value} of each are counted`,
    60,
  ).catch(() => undefined);

beforeAll(async () => {
  network = createNetwork();
  sink = await startSink(network.hostAddress);
  const folder = mkdtempSync(join(tmpdir(), "little-traffic-"));
  writeFileSync(join(folder, "prometheus.yml"), prometheusConfig(60), { mode: 0o644 });
  writeFileSync(join(folder, "rules.yml"), "groups: []\n", { mode: 0o644 });
  const id = docker(
    ...["run", "--detach", "--pull=never", "--memory=192m", `--network=${network.name}`, "--network-alias=prometheus"],
    ...["--publish=127.0.0.1::9090", `--label=test=${network.name}`, "--user=0:0"],
    ...["prometheus.yml", "rules.yml"].map((file) => `--volume=${join(folder, file)}:/etc/prometheus/${file}:ro`),
    imageReference("prometheus", "local"),
    ...[
      "--config.file=/etc/prometheus/prometheus.yml",
      "--storage.tsdb.path=/prometheus",
      "--web.enable-otlp-receiver",
    ],
  );
  prometheus = `http://${docker("port", id, "9090/tcp").split("\n")[0]}`;
  await until(async () => (await fetch(`${prometheus}/-/ready`)).ok, "Prometheus is ready");
  const stored = "http://prometheus:9090/api/v1/otlp/v1/metrics";
  const config = parseDocument(
    readableConfig(
      inputFor([
        { name: "prometheus", exporters: [{ signals: ["metrics"], endpoint: { metrics: stored } }] },
        sinkBackend("vendor", sink, { temporality: "delta" }),
      ]),
    ),
  );
  config.setIn(["connectors", "spanmetrics", "metrics_expiration"], `${EXPIRATION_SECONDS}s`);
  collector = await startCollector(config.toString({ lineWidth: 0 }), network);
  young.began = Date.now();
});

afterAll(async () => {
  collector?.remove();
  if (network !== undefined) {
    const left = docker("ps", "--all", "--quiet", `--filter=label=test=${network.name}`);
    if (left !== "") docker("rm", "--force", "--volumes", ...left.split("\n"));
    network.remove();
  }
  await sink?.close();
});

describe("a service that is asked seldom", () => {
  test("has its first request counted, failed and timed", async () => {
    await visit();
    await settled(1);
    expect(await counts()).toEqual(each(1));
    expect(await read(httpSignals("orders", "python").errors.value)).toBe(1);
    expect(await read(systemSignals.workLatency.value)).toBeGreaterThan(0);
  });

  test("and the next one after a pause that span metrics do not outlast", async () => {
    await sleep((EXPIRATION_SECONDS + 6) * 1000);
    await visit();
    await settled(2);
    expect(await counts()).toEqual(each(2));
  });

  test("both in a backend that wants deltas, which gets nothing of what was counted before the collector", () => {
    expect({
      requests: delivered("http.server.request.duration"),
      spans: delivered("traces.span.metrics.calls"),
      durations: delivered("traces.span.metrics.duration"),
      calls: delivered("traces_service_graph_request_total", "orders"),
    }).toEqual({ requests: 2, spans: 4, durations: 4, calls: 2 });
  });
});

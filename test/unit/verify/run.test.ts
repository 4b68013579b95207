import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { object, text } from "../../../verify/json.ts";
import type { VerifyReport } from "../../../verify/report-types.ts";
import { runVerify, type VerifyOptions } from "../../../verify/run.ts";
import { exampleStack } from "./support/example-stack.ts";
import { type FakeBackend, fakeJaegerBackend, type Held, onlySpans } from "./support/fake-backend.ts";
import { empty, recorded, since } from "./support/recordings.ts";

let backend: FakeBackend | undefined;
afterEach(() => backend?.close());

async function verify(held: Held, options: Partial<VerifyOptions> = {}): Promise<VerifyReport> {
  backend = await fakeJaegerBackend(held);
  return runVerify({ query: [backend.query], since, timeoutSeconds: 0, ...exampleStack, ...options });
}

/** The criteria apart: they sum up what the others say one by one, and have tests of their own. */
const missing = (report: VerifyReport): readonly string[] =>
  report.backends.flatMap(({ missing: sentences, results }) => {
    const criteria = results.filter(({ group }) => group === "criterion").map(({ label }) => `${label} missing `);
    return sentences.filter((sentence) => !criteria.some((label) => sentence.startsWith(label)));
  });
const absent = (report: VerifyReport): readonly string[] =>
  report.backends.flatMap(({ results }) =>
    results.filter(({ required, found, group }) => required && !found && group !== "criterion").map(({ id }) => id),
  );

/** The recording without what one service sent in one signal. */
function silent(service: string, ...signals: readonly ("traces" | "metrics" | "logs")[]): Held {
  const without = (record: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(record).filter(([name]) => name !== service));
  const ids = spanIds(recorded.traces[service], service);
  return {
    traces: signals.includes("traces")
      ? Object.fromEntries(
          Object.entries(without(recorded.traces)).map(([name, body]) => [
            name,
            onlySpans(body, (span) => !ids.has(text(span.spanId))),
          ]),
        )
      : recorded.traces,
    series: recorded.series.filter(
      ({ job, name }) => !(signals.includes("metrics") && job.endsWith(`/${service}`) && !name.startsWith("traces_")),
    ),
    logs: signals.includes("logs") ? without(recorded.logs) : recorded.logs,
  };
}

/** Ids of the spans that `service` itself made. */
function spanIds(body: unknown, service: string): Set<string> {
  const resources = JSON.parse(JSON.stringify(object(object(body).result).resourceSpans ?? [])) as {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: { spanId: string }[] }[];
  }[];
  const own = resources.filter(({ resource }) =>
    resource.attributes.some(({ key, value }) => key === "service.name" && value.stringValue === service),
  );
  return new Set(own.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans.map(({ spanId }) => spanId))));
}

describe("a backend that holds a complete run", () => {
  test("is complete: nothing required is missing", async () => {
    const report = await verify(recorded);
    expect(missing(report)).toEqual([]);
    expect(report.complete).toBe(true);
    expect(report.backends[0]?.results.filter(({ found }) => found)).toHaveLength(14 + 18 + 7 + 16);
  });

  test("was waited for since the question, however old what it holds is", async () => {
    const begun = Date.now();
    const [backend] = (await verify(recorded)).backends;
    const longest = (Date.now() - begun) / 1000;
    const waited = (backend?.results ?? []).flatMap(({ seenAfterSeconds }) => seenAfterSeconds ?? []);
    expect(waited.length).toBeGreaterThan(50);
    // to a tenth, as it is reported
    expect(Math.max(...waited)).toBeLessThanOrEqual(longest + 0.1);
  });

  test("is asked only once when the first round proves everything", async () => {
    await verify(recorded);
    const asked = backend?.servers.map(({ asked }) => asked.length);
    // Jaeger: five services, and whether it has web pages. Prometheus: four services and the infrastructure. VictoriaLogs: five services. Nobody asks a Loki.
    expect(asked).toEqual([6, 5, 5, 0]);
  });

  test("gives each proof a trace that exists, and each service a time to its first trace", async () => {
    const report = await verify(recorded);
    for (const { traceId, traceUrl } of report.backends[0]?.results ?? []) {
      if (traceId !== undefined) expect(traceUrl).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:\\d+/.*${traceId}$`));
    }
    expect(Object.keys(report.backends[0]?.firstTraceSeconds ?? {})).toEqual([
      "api",
      "bot",
      "notification",
      "status",
      "frontend",
    ]);
  });

  test("does not prove a run that began after it", async () => {
    const report = await verify(recorded, { since: new Date() });
    expect(absent(report)).toHaveLength(14 + 18 + 7);
  });

  test("is asked for what is deployed and nothing else", async () => {
    const is = { kind: "python", work: "requests", injected: true, traced: false, browser: false } as const;
    const system = { services: [{ name: "api", ...is, calls: ["Redis"] }], sources: ["Redis"] };
    const report = await verify(recorded, { system, traffic: { edges: [], idle: ["api -> Redis"] } });
    expect(report.backends[0]?.results.flatMap(({ id, group }) => (group === "criterion" ? [] : [id]))).toEqual([
      "api/traces",
      "api/metrics",
      "api/logs",
      "edge/api/Redis",
      "infrastructure/redis",
    ]);
    expect(absent(report)).toEqual([]);
    expect(report.backends[0]?.results.filter(({ required }) => !required).map(({ id }) => id)).toContain(
      "edge/api/Redis",
    );
  });

  test("requires no edge where nothing is known of the traffic", async () => {
    backend = await fakeJaegerBackend(empty);
    const { system } = exampleStack;
    const report = await runVerify({ query: [backend.query], since, timeoutSeconds: 0, system });
    expect(absent(report).filter((id) => id.startsWith("edge/"))).toEqual([]);
  });
});

describe.each(["api", "bot", "notification", "status"])("when %s is silent", (service) => {
  const from = since.toISOString();

  test("in metrics, that cell alone is missing, though its spans are still counted", async () => {
    const report = await verify(silent(service, "metrics"));
    expect(missing(report)).toEqual([`${service} metrics missing after 0 s: its SDK sent no metric since ${from}.`]);
  });

  test("in logs, that cell alone is missing", async () => {
    const report = await verify(silent(service, "logs"));
    expect(missing(report)).toEqual([`${service} logs missing after 0 s: no log record of it arrived since ${from}.`]);
  });

  test("in traces, its cell and every edge from or to it are missing", async () => {
    const report = await verify(silent(service, "traces"));
    expect(missing(report)[0]).toBe(`${service} traces missing after 0 s: no span of it arrived since ${from}.`);
    const others = absent(report).filter((id) => id !== `${service}/traces`);
    expect(others.length).toBeGreaterThan(0);
    expect(others.filter((id) => !id.includes(service))).toEqual([]);
  });

  test("in everything, its three signals are named first", async () => {
    const report = await verify(silent(service, "traces", "metrics", "logs"));
    expect(absent(report).slice(0, 3)).toEqual([`${service}/traces`, `${service}/metrics`, `${service}/logs`]);
    expect(report.complete).toBe(false);
  });
});

describe("a source of infrastructure metrics", () => {
  test.each([
    ["PostgreSQL", "postgresql_", "postgresql.backends, postgresql.commits, postgresql.db_size"],
    ["Redis", "redis_", "redis.uptime, redis.memory.used, redis.clients.connected"],
    ["RabbitMQ", "rabbitmq_", "rabbitmq_queue_messages, rabbitmq_connections, rabbitmq_alarms_memory_used_watermark"],
    ["nginx", "nginx_", "nginx.requests, nginx.connections_current"],
    ["containers", "container_", "container.memory.usage.total, container.cpu.utilization"],
    ["host", "system_", "system.cpu.load_average.1m, system.filesystem.usage"],
    ["collector", "otelcol_", "otelcol_process_uptime, otelcol_exporter_queue_size"],
  ])("%s is named when it sends nothing", async (source, prefix, names) => {
    const series = recorded.series.filter(({ name }) => !name.startsWith(prefix));
    const report = await verify({ ...recorded, series });
    expect(missing(report)).toEqual([
      `${source} metrics missing after 0 s: no data point of ${names} since ${since.toISOString()}.`,
    ]);
  });
});

describe("a backend that cannot be asked", () => {
  test("is named, with the cause, after what is missing", async () => {
    const gone = await fakeJaegerBackend(empty);
    await gone.close();
    const { jaeger, prometheus, victorialogs } = gone.query;
    const report = await runVerify({ query: [gone.query], since, timeoutSeconds: 0, ...exampleStack });
    const sentences = missing(report);
    expect(sentences).toHaveLength(14 + 18 + 7 + 3);
    // All are asked at once, so their refusals come when they come.
    expect(sentences.slice(-3).sort()).toEqual(
      [
        `${jaeger}/api/v3/traces did not answer (connection refused).`,
        `${prometheus}/api/v1/query did not answer (connection refused).`,
        `${victorialogs}/select/logsql/query did not answer (connection refused).`,
      ].sort(),
    );
    expect(report.complete).toBe(false);
  });

  test("is incomplete even if another backend is complete", async () => {
    const other = await fakeJaegerBackend(empty);
    backend = await fakeJaegerBackend(recorded);
    const report = await runVerify({
      query: [backend.query, other.query],
      since,
      timeoutSeconds: 0,
      ...exampleStack,
    });
    await other.close();
    expect(report.backends.map(({ complete }) => complete)).toEqual([true, false]);
    expect(report.complete).toBe(false);
  });

  test("of which there is none proves nothing", async () => {
    expect((await runVerify({ query: [], since, timeoutSeconds: 0, ...exampleStack })).complete).toBe(false);
  });
});

describe("waiting", () => {
  test("goes on until what is late arrives, and remembers when each thing was first seen", async () => {
    const held = { ...recorded, logs: {} as Record<string, unknown> };
    setTimeout(() => Object.assign(held.logs, recorded.logs), 1500);
    const seen: string[] = [];
    const report = await verify(held, { timeoutSeconds: 9, pollSeconds: 0.1, onFound: (_, { id }) => seen.push(id) });
    expect(report.complete).toBe(true);
    expect(report.seconds).toBeGreaterThanOrEqual(0.5);
    expect(report.seconds).toBeLessThan(9);
    // and the four criteria that are about log records
    const last = seen.slice(-9);
    expect(last.filter((id) => id.startsWith("criterion/logs-"))).toHaveLength(4);
    expect(last.filter((id) => id.endsWith("/logs")).toSorted()).toEqual([
      "api/logs",
      "bot/logs",
      "frontend/logs",
      "notification/logs",
      "status/logs",
    ]);
    expect(new Set(seen).size).toBe(seen.length);
  });

  test("does not let a part that is slow to answer hide what the others show", async () => {
    backend = await fakeJaegerBackend(recorded);
    // This log store answers nobody before api's traces are proven: were they waited for together, nothing would ever be.
    const held: ServerResponse[] = [];
    const slow = createServer((_, response) => void held.push(response)).listen(0, "127.0.0.1");
    await once(slow, "listening");
    const query = { ...backend.query, victorialogs: `http://127.0.0.1:${(slow.address() as AddressInfo).port}` };
    let unanswered = 0;
    const onFound = (_: string, { id }: { readonly id: string }): void => {
      if (id !== "api/traces") return;
      unanswered = held.length;
      for (const response of held) response.end("{}");
    };
    const report = await runVerify({
      query: [query],
      since,
      timeoutSeconds: 3,
      pollSeconds: 0.1,
      onFound,
      ...exampleStack,
    });
    slow.closeAllConnections();
    slow.close();
    expect(unanswered).toBeGreaterThan(0);
    expect(absent(report)).toEqual(["api/logs", "bot/logs", "notification/logs", "status/logs", "frontend/logs"]);
  });

  test("ends when it is asked to", async () => {
    await expect(verify(empty, { timeoutSeconds: 60, signal: AbortSignal.timeout(50) })).rejects.toThrow(
      /abort|timeout/i,
    );
  });
});

describe("after an earlier proof of the same containers", () => {
  const verifyAgain = async (held: Held): Promise<VerifyReport> => {
    const first = await verify(recorded);
    await backend?.close();
    backend = await fakeJaegerBackend(held);
    // the fake comes back at another port
    const place = `Jaeger at ${backend.query.kind === "jaeger" ? backend.query.jaeger : ""}`;
    const earlier = { ...first, backends: first.backends.map((report) => ({ ...report, backend: place })) };
    return runVerify({ query: [backend.query], since, timeoutSeconds: 0, ...exampleStack, earlier });
  };

  test("a quiet service's logs and what only the drive causes are taken from it, with its time", async () => {
    const report = await verifyAgain(silent("status", "logs"));
    expect(missing(report)).toEqual([]);
    const logs = report.backends[0]?.results.find(({ id }) => id === "status/logs");
    expect(logs).toMatchObject({ found: true, provenAt: since.toISOString() });
    expect(logs).not.toHaveProperty("seenAfterSeconds");
  });

  test("a service that sends no traces or no metrics any more is missing all the same", async () => {
    expect(absent(await verifyAgain(silent("status", "traces", "metrics")))).toEqual([
      "status/traces",
      "status/metrics",
    ]);
  });

  test("logs are missing where none of any service arrive", async () => {
    expect(absent(await verifyAgain({ ...recorded, logs: {} }))).toEqual([
      "api/logs",
      "bot/logs",
      "notification/logs",
      "status/logs",
      "frontend/logs",
    ]);
  });
});

import { describe, expect, test } from "vitest";
import type { Evidence } from "../../../verify/evidence.ts";
import { INFRASTRUCTURE, infrastructureChecks } from "../../../verify/infrastructure.ts";
import type { LogRecord } from "../../../verify/query.ts";
import { checksFor } from "../../../verify/run.ts";
import { containerLogChecks, signalChecks } from "../../../verify/signals.ts";
import { systemIn } from "../../../verify/system.ts";
import { exampleSystem } from "./support/example-stack.ts";
import { index, span } from "./support/spans.ts";

const nothing: Evidence = {
  spans: index(),
  serviceMetrics: new Map(),
  presentMetrics: new Set(),
  logs: new Map(),
  arrivals: new Map(),
};
const at = new Date("2026-01-01T00:00:10Z");
const judge = (id: string, evidence: Partial<Evidence>) => {
  const checks = [
    ...signalChecks(exampleSystem.services),
    ...infrastructureChecks(INFRASTRUCTURE.map(({ source }) => source)),
  ];
  return checks.find((check) => check.id === id)?.judge({ ...nothing, ...evidence });
};

describe("the table", () => {
  test("wants three signals of four services, and traces and records of nginx", () => {
    const checks = signalChecks(exampleSystem.services);
    expect(checks.every(({ required }) => required)).toBe(true);
    expect(checks).toHaveLength(3 * 4 + 2);
  });
});

describe("the log of a container", () => {
  const [check] = containerLogChecks(["postgres"]);

  test("is proven by any record, with or without a trace, and never required", () => {
    const record: LogRecord = { service: "postgres", at };
    expect(check?.judge({ ...nothing, logs: new Map([["postgres", [record]]]) })).toMatchObject({ found: true, at });
    expect(check?.judge(nothing)).toEqual({ found: false, reason: "its container wrote nothing for a day" });
    expect(check?.required).toBe(false);
  });
});

describe("traces of a service", () => {
  test("are proven by its earliest span", () => {
    const late = span({ service: "bot", start: new Date("2026-01-01T00:00:20Z") });
    const early = span({ service: "bot", start: at });
    expect(judge("bot/traces", { spans: index(late, early) })).toEqual({
      found: true,
      detail: "2 spans in 2 traces",
      at,
      traceId: early.traceId,
    });
  });

  test("are missing when only others sent spans", () => {
    expect(judge("bot/traces", { spans: index(span({ service: "api" })) })).toEqual({
      found: false,
      reason: "no span of it arrived",
    });
  });
});

describe("metrics of a service", () => {
  test("are proven by the names its SDK sent", () => {
    const serviceMetrics = new Map([["status", ["cpython_gc_collections_total", "db_client_connections_usage"]]]);
    expect(judge("status/metrics", { serviceMetrics })).toEqual({ found: true, detail: "2 metrics" });
  });

  test("are missing when its SDK sent none", () => {
    expect(judge("status/metrics", { serviceMetrics: new Map([["status", []]]) })).toEqual({
      found: false,
      reason: "its SDK sent no metric",
    });
  });
});

describe("logs of a service", () => {
  const record = (given: Partial<LogRecord>): LogRecord => ({ service: "api", at, ...given });
  const traceId = "0af7651916cd43dd8448eb211c80319c";

  test("are proven by a record that carries a trace id", () => {
    const logs = new Map([["api", [record({}), record({ traceId })]]]);
    expect(judge("api/logs", { logs })).toEqual({ found: true, detail: "1 records with a trace id", at, traceId });
  });

  test("are distinguished: none at all, or none with a trace id", () => {
    expect(judge("api/logs", {})).toEqual({ found: false, reason: "no log record of it arrived" });
    expect(judge("api/logs", { logs: new Map([["api", [record({})]]]) })).toEqual({
      found: false,
      reason:
        "log records arrive, but none carries a trace id (for a loop of the application's own, name its function in services[].traced: docs/instrumentation.md)",
    });
    // what is not put into a service from outside has no such key
    const [own] = signalChecks([{ name: "api", kind: "python", injected: false }]).filter(
      ({ id }) => id === "api/logs",
    );
    expect(own?.judge({ ...nothing, logs: new Map([["api", [record({})]]]) })).toEqual({
      found: false,
      reason: "log records arrive, but none carries a trace id",
    });
  });
});

describe("an instrumented service that nobody is known to use", () => {
  const [bot] = exampleSystem.services.filter(({ name }) => name === "bot");
  const judged = (id: string, evidence: Partial<Evidence>, injected = true) =>
    signalChecks(bot === undefined ? [] : [{ ...bot, injected }], false)
      .find((check) => check.id === id)
      ?.judge({ ...nothing, ...evidence });
  const metrics = (...names: readonly string[]) => ({ serviceMetrics: new Map([["bot", names]]) });
  const logs = new Map([["bot", [{ service: "bot", at }]]]);
  const spans = index(span({ service: "bot" }));

  test.each([
    ["bot/traces", metrics("process_cpu_time_seconds_total"), "nothing that it did meanwhile is a span"],
    ["bot/logs", metrics("process.cpu.time"), "wrote no record"],
    ["bot/logs", { ...metrics("process.cpu.time"), logs }, "of which there was none"],
    ["bot/logs", { ...metrics("process.cpu.time"), logs, spans }, "none was written within a request"],
  ])("has nothing to show in %s", (id, evidence, reason) => {
    expect(judged(id, evidence)).toEqual({ found: false, idle: true, reason: expect.stringContaining(reason) });
  });

  test.each([
    ["without metrics", "bot/traces", {}, true],
    ["when its image instruments itself", "bot/logs", metrics("process.cpu.time"), false],
  ])("misses it %s", (_, id, evidence, injected) => {
    expect(judged(id, evidence, injected)).toEqual({ found: false, reason: expect.stringContaining("arrived") });
  });

  test("misses spans where it is asked for a page", () => {
    const checks = signalChecks(bot === undefined ? [] : [{ ...bot, injected: true }], false, { asked: ["bot"] });
    const evidence = { ...nothing, ...metrics("process.cpu.time") };
    expect(
      checks.map(({ judge }) => judge(evidence)).map((verdict) => !verdict.found && verdict.idle === true),
    ).toEqual([...[false, false, true]]);
  });

  test("needs its metrics for that", () => {
    expect(judged("bot/metrics", {})).toEqual({ found: false, reason: "its SDK sent no metric" });
  });
});

describe("infrastructure", () => {
  test.each(INFRASTRUCTURE)("$source is proven by all of its metrics", ({ source, metrics }) => {
    const id = `infrastructure/${source.toLowerCase()}`;
    expect(judge(id, { presentMetrics: new Set(metrics) })).toEqual({ found: true, detail: metrics.join(", ") });
    for (const absent of metrics) {
      expect(judge(id, { presentMetrics: new Set(metrics.filter((name) => name !== absent)) })).toEqual({
        found: false,
        reason: `no data point of ${absent}`,
      });
    }
  });
});

describe("a stack's own services", () => {
  test("must each show three signals, and nothing that is not deployed is asked for", () => {
    const plain = { work: "messages", injected: false, traced: false, browser: false, calls: [] } as const;
    const services = [
      { name: "worker", kind: "python", ...plain },
      { name: "gateway", kind: "node", ...plain },
    ] as const;
    const checks = checksFor({ system: { services, sources: ["collector"] } });
    expect(checks.flatMap(({ id, group }) => (group === "criterion" ? [] : [id]))).toEqual([
      ...["worker/traces", "worker/metrics", "worker/logs", "gateway/traces", "gateway/metrics", "gateway/logs"],
      "infrastructure/collector",
    ]);
  });
});

describe("a service with the SDK of another language", () => {
  const gate = {
    name: "gate",
    kind: "other",
    work: "requests",
    injected: false,
    traced: false,
    browser: false,
  } as const;
  const system = systemIn({ services: [{ ...gate, calls: [] }], sources: [], containerLogs: ["gate"] });

  test("must show spans where it is used; metrics and the log of its container are shown where they are", () => {
    const rows = (used: boolean) =>
      checksFor({ system, ...(used && { traffic: { edges: [] } }) }).flatMap(({ id, group, required }) =>
        group === "criterion" ? [] : [`${id} ${required ? "required" : "shown"}`],
      );
    expect(rows(true)).toEqual(["gate/traces required", "gate/metrics shown", "gate/logs shown"]);
    expect(rows(false)).toEqual(["gate/traces shown", "gate/metrics shown", "gate/logs shown"]);
  });
});

describe("a backend whose plan refuses queries", () => {
  const refusal = "It answers no queries: look at https://ui.example";
  const written = { traces: at, logs: at };

  test("proves traces and logs by what was written, and calls metrics unprovable", () => {
    const evidence = { refusal, arrivals: new Map([["bot", written]]) };
    expect(judge("bot/traces", evidence)).toMatchObject({ found: true, at });
    expect(judge("bot/logs", evidence)).toMatchObject({ found: true, at });
    expect(judge("bot/metrics", evidence)).toEqual({ found: false, reason: refusal, unprovable: true });
  });

  test("misses what was not written", () => {
    expect(judge("bot/traces", { refusal })).toEqual({ found: false, reason: "no span of it was written" });
    expect(judge("bot/logs", { refusal })).toEqual({ found: false, reason: "no log record of it was written" });
  });
});

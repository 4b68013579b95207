import { describe, expect, test } from "vitest";
import { criteriaChecks } from "../../../verify/criteria.ts";
import { type Evidence, indexSpans } from "../../../verify/evidence.ts";
import { infrastructureOf } from "../../../verify/infrastructure.ts";
import type { Span } from "../../../verify/query.ts";
import { renderReport } from "../../../verify/report.ts";
import type { VerifyReport } from "../../../verify/report-types.ts";
import { runVerify } from "../../../verify/run.ts";
import type { System } from "../../../verify/system.ts";
import { exampleStack, exampleSystem } from "./support/example-stack.ts";
import { fakeJaegerBackend, type Held } from "./support/fake-backend.ts";
import { recorded, since } from "./support/recordings.ts";
import { consume, httpCall, publish, redis, span, sql } from "./support/spans.ts";

const RATES = ["traces.span.metrics.calls", "traces.span.metrics.duration"];

/** What is judged, by the end of a criterion's id: the proof or the reason. */
function judged(
  system: System,
  spans: readonly Span[],
  more: Partial<Evidence> = {},
): Readonly<Record<string, string>> {
  const evidence: Evidence = {
    spans: indexSpans(spans),
    serviceMetrics: new Map(),
    presentMetrics: new Set(),
    logs: new Map(),
    arrivals: new Map(),
    ...more,
  };
  return Object.fromEntries(
    criteriaChecks(system, true).map(({ id, judge }) => {
      const verdict = judge(evidence);
      const what = verdict.found ? "yes" : verdict.inapplicable ? "not here" : "no";
      return [id.replace("criterion/", ""), `${what}: ${verdict.found ? verdict.detail : verdict.reason}`];
    }),
  );
}

const inDev = { "deployment.environment.name": "dev" };

/** A visitor's request through everything; what is left out of it, by name. */
function wholeTrace(without?: "Redis" | "RabbitMQ" | "browser" | "its platform"): readonly Span[] {
  const visitor = span({
    service: "frontend",
    kind: "client",
    name: "POST",
    attributes: { "telemetry.source": "browser" },
  });
  const nginx = span({
    ...(without === "browser" ? {} : { below: visitor }),
    service: "frontend",
    kind: "server",
    name: "POST /api/",
  });
  const upstream = span({ below: nginx, kind: "client", name: "POST" });
  const api = span({ below: upstream, service: "api", kind: "server", name: "POST /games" });
  const sent = publish("api", api);
  const taken = consume("bot", { below: without === "RabbitMQ" ? api : sent });
  const all = [
    ...(without === "browser" ? [] : [visitor]),
    ...[nginx, upstream, api, sql(api), sent, taken],
    ...(without === "Redis" ? [] : [redis(api)]),
    ...(without === "its platform" ? [] : [httpCall("bot", taken)]),
  ];
  return all.map((one) => ({ ...one, attributes: { ...one.attributes, ...inDev } }));
}

describe("a trace through all parts", () => {
  test("is proven by one trace, in the order of the parts", () => {
    const found = judged(exampleSystem, wholeTrace());
    expect(found["complete-trace"]).toBe(
      "yes: browser -> frontend -> api -> PostgreSQL -> Redis -> RabbitMQ -> bot -> its platform: 9 spans",
    );
    expect(found.request).toBe(
      "yes: frontend POST -> frontend POST /api/ -> frontend POST -> api POST /games -> api SELECT",
    );
    expect(found.environment).toBe("no: no span of notification, status");
  });

  test.each(["Redis", "RabbitMQ", "browser", "its platform"] as const)("names %s where no trace reaches it", (part) => {
    const spans = wholeTrace(part);
    const expected = `no: the most complete trace, ${spans[0]?.traceId}, does not reach ${part}`;
    expect(judged(exampleSystem, spans)["complete-trace"]).toBe(expected);
  });

  test("is not put together from two traces", () => {
    const spans = [...wholeTrace("Redis"), ...wholeTrace("browser")];
    expect(judged(exampleSystem, spans)["complete-trace"]).toContain("no: the most complete trace");
  });
});

describe("a criterion", () => {
  test("of SQL fails on a literal, and on a statement without a parent", () => {
    const request = span({ kind: "server" });
    expect(judged(exampleSystem, [request, sql(request)]).sql).toBe("yes: 1 of api");
    expect(judged(exampleSystem, [request, sql(request, "SELECT 'Ada'")]).sql).toContain("holds a literal");
    expect(judged(exampleSystem, [sql(request)]).sql).toBe("no: no SQL statement is below another span of its service");
  });

  test("of messages counts links and traces, and fails where a consumer stands alone", () => {
    const sent = publish("api");
    const link = [{ traceId: sent.traceId, spanId: sent.spanId }];
    expect(judged(exampleSystem, [sent, consume("bot", { links: link })]).messages).toBe(
      "yes: 1 by a link, 0 in the producer's trace",
    );
    expect(judged(exampleSystem, [sent, consume("bot")]).messages).toBe(
      "no: no consumer's span belongs to a producer's",
    );
  });

  test("of commands asks for their context and their work", () => {
    const command = (attributes: Span["attributes"]) =>
      span({
        service: "bot",
        kind: "server",
        name: "slash join",
        attributes: { "discord.command.name": "join", ...attributes },
      });
    const known = command({ "discord.guild.id": "a", "discord.user.id": "b" });
    expect(judged(exampleSystem, [known, sql(known)]).commands).toBe(
      'yes: "slash join" with its guild, user and its work below',
    );
    const bare = command({});
    for (const spans of [[known], [bare, sql(bare)]])
      expect(judged(exampleSystem, spans).commands).toBe(
        "no: no command has its guild, channel or user, and its work below",
      );
    expect(judged(exampleSystem, []).commands).toBe("no: no span of a command");
  });

  test("of runs asks every daemon for a root span with work below", () => {
    const run = (service: string) => {
      const root = span({ service, name: `${service} run` });
      return [root, sql(root)];
    };
    const [first, second] = [run("notification"), run("status")];
    expect(judged(exampleSystem, [...first, ...second]).runs).toBe(
      'yes: notification: "notification run" with 1 spans below; status: "status run" with 1 spans below',
    );
    expect(judged(exampleSystem, first).runs).toBe("no: no root span of status");
    expect(judged(exampleSystem, [...first, ...second.slice(0, 1)]).runs).toBe(
      "no: root spans of status have nothing below",
    );
  });

  test("of logs asks for a record in a trace of that kind", () => {
    const command = span({ service: "bot", attributes: { "discord.command.name": "join" } });
    const record = (traceId: string) => ({ logs: new Map([["bot", [{ service: "bot", at: since, traceId }]]]) });
    const said = (traceId: string) => judged(exampleSystem, [command], record(traceId))["logs-commands"];
    expect(said(command.traceId)).toBe("yes: bot");
    expect(said("0".repeat(31).concat("f"))).toBe("no: no record of bot belongs to one");
  });

  test("of metrics and of what is measured names what is silent", () => {
    const names = infrastructureOf(exampleSystem.sources).flatMap(({ metrics }) => metrics);
    const all = new Map(["api", "bot", "notification", "status"].map((name) => [name, ["a.metric"]]));
    const { metrics, infrastructure, rates } = judged(exampleSystem, [], {
      serviceMetrics: all,
      presentMetrics: new Set([...names, ...RATES]),
    });
    expect([metrics, infrastructure, rates]).toEqual([
      "yes: api, bot, notification, status",
      "yes: PostgreSQL, Redis, RabbitMQ, nginx, containers, host, collector",
      "yes: before any sampling",
    ]);
    const silent = judged(exampleSystem, [], {
      serviceMetrics: new Map([...all].slice(1)),
      presentMetrics: new Set(names.filter((name) => !name.startsWith("redis."))),
    });
    expect([silent.metrics, silent.infrastructure, silent.rates]).toEqual([
      "no: none of api",
      "no: not all of Redis",
      `no: no data point of ${RATES.join(", ")}`,
    ]);
  });

  test("of the environment names a span that says another", () => {
    const runs = ["notification", "status"].map((service) => span({ service, attributes: inDev }));
    expect(judged(exampleSystem, [...wholeTrace(), ...runs]).environment).toBe(
      "yes: dev, of api, bot, notification, status, frontend",
    );
    const other = span({ attributes: { "deployment.environment.name": "prod" } });
    expect(judged(exampleSystem, [...wholeTrace(), ...runs, other]).environment).toBe(
      "no: a span of api says prod instead of dev",
    );
  });
});

describe("what a stack has no part for", () => {
  const worker = { kind: "node", work: "messages", injected: false, traced: false, browser: false } as const;
  const system: System = { services: [{ name: "jobs", ...worker, calls: ["Redis"] }], sources: [] };

  test("is not in this stack, is asked of no backend, and is not required", () => {
    const checks = criteriaChecks(system, true);
    const verdicts = judged(system, []);
    const here = Object.keys(verdicts).filter((id) => !verdicts[id]?.startsWith("not here"));
    expect(here).toEqual(["redis", "metrics", "rates"]);
    for (const { id, required, needs } of checks) {
      expect(required, id).toBe(here.includes(id.replace("criterion/", "")));
      if (!required) expect(needs, id).toEqual({});
    }
  });

  test("is said so in the report, and counts neither as proven nor as missing", async () => {
    const backend = await fakeJaegerBackend(recorded);
    try {
      const stack = {
        system: { ...system, services: [{ name: "api", ...worker, calls: ["Redis"] }] },
        traffic: { edges: [] },
      };
      const report = await runVerify({ query: [backend.query], since, timeoutSeconds: 0, ...stack });
      const text = renderReport(report, { colours: false });
      expect(text).toMatch(/Commands of a bot are spans with their context +not in this stack +no bot in discord\.py/);
      expect(text).toMatch(/Complete: 7 of 7 proven\.$/);
    } finally {
      await backend.close();
    }
  });
});

describe("criteria in a run", () => {
  const verify = async (held: Held) => {
    const backend = await fakeJaegerBackend(held);
    try {
      return await runVerify({ query: [backend.query], since, timeoutSeconds: 0, ...exampleStack });
    } finally {
      await backend.close();
    }
  };
  const criteria = ({ backends }: VerifyReport) =>
    backends[0]?.results.filter(({ group }) => group === "criterion") ?? [];

  test("are all proven by the example's recorded run", async () => {
    const results = criteria(await verify(recorded));
    expect(results.filter(({ found }) => !found)).toEqual([]);
    expect(results).toHaveLength(16);
  });

  test("are named where a service's records have no trace id", async () => {
    const { bot: _, ...logs } = recorded.logs;
    const absent = criteria(await verify({ ...recorded, logs })).filter(({ found }) => !found);
    expect(absent.map(({ id, detail }) => [id, detail])).toEqual([
      ["criterion/logs-commands", "no record of bot belongs to one"],
    ]);
  });
});

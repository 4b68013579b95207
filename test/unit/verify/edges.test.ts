import { describe, expect, test } from "vitest";
import type { Verdict } from "../../../verify/check.ts";
import { configuredEdges } from "../../../verify/edges.ts";
import type { Span } from "../../../verify/query.ts";
import { exampleStack } from "./support/example-stack.ts";
import { consume, httpCall, index, publish, redis, span, sql } from "./support/spans.ts";

const { system, traffic } = exampleStack;
const EDGES = [...configuredEdges(system.services, true), ...traffic.edges];

function judge(label: string, ...spans: readonly Span[]): Verdict {
  const edge = EDGES.find(({ from, to }) => `${from} -> ${to}` === label);
  if (edge === undefined) throw new Error(`no edge ${label}`);
  return edge.judge(index(...spans));
}

const reason = (verdict: Verdict): string => (verdict.found ? "found" : verdict.reason);
const request = span({ kind: "server", name: "POST /api/games" });

describe("the table", () => {
  test("names who calls whom", () => {
    expect(EDGES.map(({ from, to }) => `${from} -> ${to}`)).toEqual([
      ...["api", "bot", "notification", "status"].flatMap((service) =>
        ["PostgreSQL", "Redis", "RabbitMQ"].map((store) => `${service} -> ${store}`),
      ),
      "frontend -> api",
      "api -> RabbitMQ -> bot",
      "api -> RabbitMQ -> notification",
      "api -> RabbitMQ -> status",
      "notification -> RabbitMQ -> bot",
      "status -> RabbitMQ -> bot",
      "bot -> Discord",
      "bot -> command",
      "notification -> scheduled run",
      "notification -> announce_due()",
      "status -> scheduled run",
    ]);
  });
});

describe("frontend -> api", () => {
  test("is a request of api below a span of nginx", () => {
    const nginx = span({ service: "frontend", kind: "server" });
    const below = span({ below: nginx, service: "api", kind: "server", name: "GET /api/games" });
    expect(judge("frontend -> api", nginx, below)).toEqual({
      found: true,
      detail: 'child span "GET /api/games"',
      at: below.start,
      traceId: nginx.traceId,
    });
  });

  test("is missing when api starts its own trace", () => {
    expect(reason(judge("frontend -> api", request))).toBe("no request span of api has a parent in frontend");
  });
});

describe("api -> PostgreSQL", () => {
  test("is a query below a span of api, with SQL text", () => {
    const query = sql(request);
    expect(judge("api -> PostgreSQL", request, query)).toMatchObject({ found: true, traceId: request.traceId });
  });

  test("is also a query without a parent, as scheduled work makes them, but one with a parent is the better proof", () => {
    const { parentId, ...orphan } = sql(request);
    expect(parentId).toBe(request.spanId);
    expect(judge("api -> PostgreSQL", request, orphan)).toMatchObject({
      found: true,
      detail: 'span, SQL without literals "SELECT"',
    });
    expect(judge("api -> PostgreSQL", request, orphan, sql(request))).toMatchObject({
      detail: 'child span, SQL without literals "SELECT"',
    });
  });

  test("is missing when the SQL text is not sent", () => {
    const silent = span({ below: request, kind: "client", attributes: { "db.system.name": "postgresql" } });
    expect(reason(judge("api -> PostgreSQL", request, silent))).toBe("no PostgreSQL span with SQL text of api");
  });

  test("is refused when one statement holds a literal, without repeating the literal", () => {
    const leak = sql(request, "SELECT * FROM players WHERE name = 'Ada'");
    expect(reason(judge("api -> PostgreSQL", request, sql(request), leak))).toBe(
      `SQL text of span "SELECT" in trace ${request.traceId} still holds a literal`,
    );
  });
});

describe("api -> Redis", () => {
  test("is a command below a span of api", () => {
    expect(judge("api -> Redis", request, redis(request))).toMatchObject({ found: true, detail: 'child span "GET"' });
  });

  test("is missing when only PostgreSQL is called", () => {
    expect(reason(judge("api -> Redis", request, sql(request)))).toBe("no Redis span of api besides its connections");
  });
});

describe.each([
  "api -> RabbitMQ -> bot",
  "api -> RabbitMQ -> notification",
  "api -> RabbitMQ -> status",
  "notification -> RabbitMQ -> bot",
  "status -> RabbitMQ -> bot",
])("%s", (label) => {
  const [from = "", , to = ""] = label.split(" -> ");

  test("is a consumer span below the publishing span", () => {
    const sent = publish(from);
    expect(judge(label, sent, consume(to, { below: sent }))).toMatchObject({
      found: true,
      detail: 'same trace "games receive"',
    });
  });

  test("is found across a span in between", () => {
    const sent = publish(from);
    const between = span({ below: sent, service: to });
    expect(judge(label, sent, between, consume(to, { below: between }))).toMatchObject({ found: true });
  });

  test("is a span link where the consumer starts its own trace", () => {
    const sent = publish(from);
    const linked = consume(to, { links: [{ traceId: sent.traceId, spanId: sent.spanId }] });
    expect(judge(label, sent, linked)).toMatchObject({
      found: true,
      detail: 'span link "games receive"',
      traceId: linked.traceId,
    });
  });

  test("is missing when nothing is published", () => {
    expect(reason(judge(label, consume(to)))).toBe(`no span of ${from} publishes a message`);
  });

  test("is missing when the consumer belongs to another message", () => {
    expect(reason(judge(label, publish(from), consume(to)))).toBe(
      `no consumer span of ${to} belongs to a message published by ${from}`,
    );
  });
});

describe("bot -> Discord", () => {
  test("is an HTTP call below the consumed message", () => {
    const message = consume("bot");
    expect(judge("bot -> Discord", message, httpCall("bot", message))).toMatchObject({ found: true });
  });

  test("is missing without a call, and when the calls belong to no message", () => {
    expect(reason(judge("bot -> Discord", consume("bot")))).toBe("no HTTP span of bot");
    expect(reason(judge("bot -> Discord", consume("bot"), httpCall("bot")))).toBe(
      "HTTP spans of bot exist, but none below a consumed message",
    );
  });
});

describe.each(["notification", "status"])("a scheduled run of %s", (service) => {
  const label = `${service} -> scheduled run`;
  const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
  const run = (second: number): Span => span({ service, name: "UPDATE", start: at(second) });
  const connection = (second: number): Span =>
    span({ service, name: "connect", start: at(second), attributes: { "db.system.name": "postgresql" } });

  test("is a root span that comes again", () => {
    const first = run(1);
    expect(judge(label, first, run(2), run(3))).toEqual({
      found: true,
      detail: '3 root spans "UPDATE"',
      at: first.start,
      traceId: first.traceId,
    });
  });

  test("is missing when root spans come only once, at start-up", () => {
    expect(reason(judge(label, run(1), run(1)))).toBe(`no root span of ${service} is repeated`);
  });

  test("is missing when there are connections only, or all spans have parents", () => {
    const none = `no root span of ${service} besides its connections`;
    expect(reason(judge(label, connection(1), connection(5)))).toBe(none);
    const parent = publish("api");
    expect(reason(judge(label, parent, consume(service, { below: parent })))).toBe(none);
  });
});

describe("bot -> command", () => {
  const command = span({
    service: "bot",
    kind: "server",
    name: "slash join",
    attributes: { "discord.command.name": "join" },
  });

  test("is a command's span with the command's work below it", () => {
    expect(judge("bot -> command", command, sql(command))).toEqual({
      found: true,
      detail: 'its work is below "slash join"',
      at: command.start,
      traceId: command.traceId,
    });
  });

  test("is missing when the work begins a trace of its own, and when there is no command", () => {
    const elsewhere = sql(span({ service: "bot" }));
    expect(reason(judge("bot -> command", command, elsewhere))).toBe("spans of commands of bot have nothing below");
    expect(reason(judge("bot -> command", elsewhere))).toBe("no span of a command of bot");
  });
});

describe("a function that the configuration names", () => {
  const label = "notification -> announce_due()";
  const call = (name: string) => span({ service: "notification", attributes: { "code.function.name": name } });

  test("is a span with the function's name, in whatever module", () => {
    const found = judge(label, call("game_scheduler.announcements.announce_due"));
    expect(found).toMatchObject({ found: true, detail: 'root span "work"' });
  });

  test("is missing when only others of its module are there", () => {
    expect(reason(judge(label, call("game_scheduler.announcements.unannounce_due")))).toBe(
      "no span of the function announce_due of notification",
    );
  });
});

describe("edges that the configuration shows", () => {
  const web = { name: "web", kind: "python", calls: ["PostgreSQL"] } as const;
  const gateway = { name: "gateway", kind: "node", calls: ["RabbitMQ", "web", "discord"] } as const;
  const labels = configuredEdges([gateway, web], true).map(({ from, to }) => `${from} -> ${to}`);

  test("are the stores and the services with telemetry that an environment names", () => {
    expect(labels).toEqual(["gateway -> RabbitMQ", "gateway -> web", "web -> PostgreSQL"]);
  });

  test("are proven by a request below a call of the other service, and by any message", () => {
    const edges = configuredEdges([gateway, web], true);
    const call = span({ service: "gateway", kind: "client", name: "GET" });
    const answer = span({ below: call, service: "web", kind: "server", name: "GET /parcels" });
    expect(edges[1]?.judge(index(call, answer))).toMatchObject({ found: true, detail: 'child span "GET /parcels"' });
    expect(edges[0]?.judge(index(publish("gateway")))).toMatchObject({
      found: true,
      detail: 'publishes "games,created send"',
    });
    expect(edges[0]?.judge(index(call))).toEqual({
      found: false,
      reason: "no span of gateway publishes or consumes a message",
    });
  });

  test("are required only where something is known of the traffic", () => {
    expect(configuredEdges([gateway, web], false).some(({ required }) => required)).toBe(false);
  });
});

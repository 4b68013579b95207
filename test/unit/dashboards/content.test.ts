import { describe, expect, test } from "vitest";
import { factsOf } from "../../../config/facts.ts";
import { type PlainConfig, plainKeys } from "../../../config/schema.ts";
import { sends } from "../../../config/services.ts";
import { type Content, contentOf } from "../../../dashboards/content.ts";
import type { Facts, ServiceFacts } from "../../../dashboards/facts.ts";
import { panelsOf, signalsOf, sourcesOf } from "../../../dashboards/model/board.ts";
import { objectiveSources } from "../../../dashboards/model/objective.ts";
import type { Source } from "../../../dashboards/model/source.ts";
import { contentPack } from "../../../dashboards/pack.ts";
import { renderGrafanaBoards } from "../../../dashboards/render/grafana/boards.ts";
import { grafanaRouting } from "../../../dashboards/render/grafana/routing.ts";
import { renderGrafanaRules } from "../../../dashboards/render/grafana/rules.ts";
import { renderHoneycombBoards } from "../../../dashboards/render/honeycomb/boards.ts";
import { renderHoneycombTriggers } from "../../../dashboards/render/honeycomb/triggers.ts";
import { renderNewRelicConditions, renderNewRelicDashboard } from "../../../dashboards/render/new-relic/dashboard.ts";
import { renderPrometheusRules } from "../../../dashboards/render/prometheus/rules.ts";
import { EXAMPLE, OTHER, otherContent, service } from "../../support/content.ts";

const ids = (of: readonly { readonly id: string }[]) => of.map(({ id }) => id);

describe("a stack of web, worker and a Node gateway without Redis", () => {
  test("has boards of these services and of nothing else", () => {
    expect(ids(otherContent.boards)).toEqual([
      ...["overview", "service-web", "service-worker", "service-gateway", "messaging", "postgresql", "rabbitmq"],
      ...["machine", "collector", "deploys"],
    ]);
    expect(JSON.stringify(otherContent).match(/redis|\bapi\b|\bbot\b|notification|Discord|reminder/gi)).toBeNull();
  });

  test("pages for their silence, their failures and the worker's messages", () => {
    expect(ids(otherContent.alerts).filter((id) => /web|worker|gateway/.test(id))).toEqual([
      ...["consumer-failing-worker", "silence-web", "silence-worker", "silence-gateway"],
    ]);
    expect(ids(otherContent.objectives)).toEqual([
      ...["web-availability", "web-latency", "worker-success", "gateway-availability", "gateway-latency"],
    ]);
  });

  test("shows of each process what its runtime reports", () => {
    const metrics = (id: string) =>
      JSON.stringify(otherContent.boards.find((board) => board.id === id)).match(
        /"(process|cpython|nodejs|v8js)\.[\w.]+"/g,
      );
    expect(new Set(metrics("service-web"))).toEqual(
      new Set(['"process.cpu.time"', '"process.memory.usage"', '"process.thread.count"', '"cpython.gc.collections"']),
    );
    expect(new Set(metrics("service-gateway"))).toEqual(
      new Set([
        ...['"nodejs.eventloop.utilization"', '"nodejs.eventloop.delay.p99"', '"v8js.memory.heap.used"'],
        '"v8js.gc.duration"',
      ]),
    );
  });
});

test("an nginx is shown by the spans and records that it sends, in either of its roles", () => {
  for (const role of ["frontend", "http"] as const) {
    const edge = { name: "edge", role, runtime: "nginx", container: "edge" } as const;
    const { boards, objectives } = contentOf({ ...EXAMPLE, services: [edge], packs: [], targets: {} });
    const titles = boards.find(({ id }) => id === "service-edge")?.rows.map(({ title }) => title);
    expect(titles).toEqual(expect.arrayContaining(["Now", "By operation", "What it calls", "By callee", "Trouble"]));
    expect(titles).not.toContain("nginx");
    expect(objectives.map(({ id }) => id)).toEqual(role === "http" ? ["edge-availability", "edge-latency"] : []);
  }
});

describe("what libraries report", () => {
  const rowsOf = (facts: Partial<ServiceFacts>, stores: Facts["stores"] = ["rabbitmq"]) => {
    const one = { ...service("x", "bot"), ...facts };
    const { boards, alerts } = contentOf({ ...EXAMPLE, packs: [], services: [one], stores });
    const shown = boards.find(({ id }) => id === "service-x")?.rows ?? [];
    const rows = shown.flatMap(({ title, panels }) => [title, ...panels.map((panel) => panel.title)]);
    return { rows, alerts: ids(alerts).filter((id) => /-x$|^messages-late$/.test(id)) };
  };
  const DISCORD = ["Gateway", "Commands", "Events, loops, rate limits"];
  const DISCORD_ALERTS = ["gateway-unreachable-x", "gateway-reconnects-x", "commands-failing-x"];

  test("is shown and judged of a bot whose Python this program instruments, and of no other bot", () => {
    const injected = rowsOf({ injected: true });
    expect(injected.rows).toEqual(expect.arrayContaining([...DISCORD, "Platform", "Delay"]));
    expect(injected.alerts).toEqual(expect.arrayContaining([...DISCORD_ALERTS, "messages-late"]));
    for (const own of [{ injected: false }, { runtime: "node", injected: false }] as const) {
      const { rows, alerts } = rowsOf(own);
      expect(rows.filter((title) => [...DISCORD, "Delay"].includes(title))).toEqual([]);
      expect(alerts.filter((id) => DISCORD_ALERTS.includes(id))).toEqual([]);
    }
  });

  test("of a broker is absent where there is none, of functions where none is traced, of visitors where no page reports", () => {
    const bare = rowsOf({ role: "daemon", injected: true, traced: false }, []);
    expect(bare.rows).not.toContain("Delay");
    expect(bare.rows).not.toContain("Own functions");
    expect(bare.alerts).toEqual(["silence-x"]);
    expect(rowsOf({ role: "daemon", traced: true }).rows).toContain("Own functions");
    expect(bare.rows).not.toContain("Cost of its instrumentation");
    expect(rowsOf({ role: "daemon", limited: true }).rows).toContain("Cost of its instrumentation");
    const pages = (browser: boolean) => rowsOf({ role: "frontend", runtime: "nginx", browser, traced: false }).rows;
    const VISITORS = ["Visitors", "What visitors feel", "Requests of pages"];
    expect(pages(true)).toEqual(expect.arrayContaining(VISITORS));
    expect(pages(false).filter((title) => VISITORS.includes(title))).toEqual([]);
  });

  test("follows from the configuration: injection, traced functions, and the script in pages", () => {
    const services = [
      { name: "jobs", image: "x:1", role: "daemon", traced: ["jobs:run"] },
      { name: "chat", image: "x:1", role: "bot", instrumentation: "image" },
      { name: "pages", image: "x:1", kind: "nginx", browser: { consent: "given" } },
      { name: "plain", image: "x:1", kind: "nginx" },
    ];
    const of = (set: Readonly<Record<string, unknown>>) => factsOf(plain(set), [], (name) => name);
    const facts = of({ services });
    const said = facts.services.map(({ name, injected, traced, browser }) => [name, injected, traced, browser]);
    expect(facts.services.map(({ limited }) => limited)).toEqual([undefined, undefined, undefined, undefined]);
    const [limited] = of({ services: [{ name: "jobs", image: "x:1", overhead: "5%" }] }).services;
    expect(limited).toMatchObject({ injected: true, limited: true });
    expect(said).toEqual([
      ["jobs", true, true, false],
      ["chat", false, false, false],
      ["pages", false, false, true],
      ["plain", false, false, false],
    ]);
    expect(facts.sources).toContain("sdk:libraries");
    expect(of({ services: services.slice(1) }).sources).not.toContain("sdk:libraries");
  });
});

describe("any stack", () => {
  test("of twenty services has a board, a rule of silence and objectives for each", () => {
    const services = Array.from({ length: 20 }, (_, index) => service(`shop-${index + 1}`, "http"));
    const { boards, alerts, objectives } = contentOf({ ...EXAMPLE, packs: [], services });
    expect(ids(boards).filter((id) => id.startsWith("service-"))).toEqual(
      services.map(({ name }) => `service-${name}`),
    );
    expect(ids(alerts).filter((id) => id.startsWith("silence-"))).toHaveLength(20);
    expect(objectives).toHaveLength(40);
  });

  test("of no service at all watches its collector", () => {
    const { boards, alerts, objectives } = contentOf({
      ...{ ...EXAMPLE, services: [], stores: [], packs: [], sources: ["collector:self"] },
    });
    expect(ids(boards)).toEqual(["overview", "collector"]);
    expect(ids(alerts)).toEqual([
      ...["expected-spans", "expected-points", "expected-records"],
      ...[
        "collector-silent",
        "collector-queue",
        "collector-lost",
        "collector-unaccounted",
        "collector-refused",
        "collector-send-failures",
        "clock-wrong",
      ],
      ...["collector-scrape-errors", "series-limit", "heartbeat"],
    ]);
    expect(objectives).toEqual([]);
  });

  test("shows the record of a deployment only where a Python service is there to write it", () => {
    const shown = (runtime: "python" | "node") =>
      contentOf({ ...EXAMPLE, packs: [], services: [{ ...service("shop", "http"), runtime }] }).boards.some((board) =>
        panelsOf(board).some(({ title }) => title === "What was deployed"),
      );
    expect([shown("python"), shown("node")]).toEqual([true, false]);
  });

  test("calls the runs of a daemon few by its own schedule, and says nothing where nobody states one", () => {
    const marks = (every: number | undefined) => {
      const daemon = { ...service("beat", "daemon"), ...(every !== undefined && { every }) };
      const { boards } = contentOf({ ...EXAMPLE, packs: [], services: [daemon] });
      const runs = boards.flatMap(panelsOf).find(({ title }) => title === "Runs");
      return runs?.kind === "stat" ? runs.thresholds : undefined;
    };
    expect(marks(300)).toEqual({ direction: "below", warn: 0.1, bad: 0.04 });
    expect(marks(undefined)).toBeUndefined();
  });

  test("links every alert and objective to a board that it has, and repeats no signal's id with another query", () => {
    for (const content of [contentOf(EXAMPLE), otherContent]) {
      const boards = new Set(ids(content.boards));
      for (const { id, board } of [...content.alerts, ...content.objectives]) expect(boards, id).toContain(board);
      const byId = new Map<string, string>();
      for (const { id, ...rest } of signalsIn(content)) {
        expect(byId.get(id) ?? JSON.stringify(rest), id).toBe(JSON.stringify(rest));
        byId.set(id, JSON.stringify(rest));
      }
    }
  });

  test("says why for every decision about absent data", () => {
    for (const { id, noData } of [...contentOf(EXAMPLE).alerts, ...otherContent.alerts])
      expect(noData.because.length, id).toBeGreaterThan(20);
  });

  test("refuses a target of an objective that it does not have, naming the nearest", () => {
    expect(() => contentOf({ ...OTHER, targets: { "web-avail": 0.9 } })).toThrow(
      "objectives.web-avail: no such objective in this stack; did you mean web-latency? Allowed: web-availability, web-latency, worker-success, gateway-availability, gateway-latency. Remove it with: pulumi config rm --path objectives.web-avail",
    );
    expect(() => contentOf({ ...EXAMPLE, services: [], packs: [], targets: { x: 0.9 } })).toThrow(
      "objectives.x: this stack has no objective",
    );
  });

  test("refuses a pack that repeats an id", () => {
    const [board] = contentOf(EXAMPLE).boards;
    if (board === undefined) throw new Error("The example has no board.");
    expect(() => contentOf({ ...EXAMPLE, packs: [contentPack({ boards: [board] })] })).toThrow(
      'content: there are two boards with the id "overview".',
    );
  });

  test("judges Redis by fullness only where it is not known to evict, and never without a limit", () => {
    expect(ids(contentOf({ ...EXAMPLE, redisEvicts: true }).alerts)).not.toContain("redis-memory");
    const rules = renderPrometheusRules({ environment: "dev", content: contentOf(EXAMPLE) });
    expect(rules).toContain("(max(redis_maxmemory_bytes");
    expect(rules).toMatch(/redis_maxmemory_bytes\{[^}]*\}\) > 0/);
  });
});

const signalsIn = ({ boards, alerts }: Content) => [
  ...boards.flatMap(panelsOf).flatMap(signalsOf),
  ...alerts.map(({ signal }) => signal),
];

/** Every value of every switch; a store that exists is one that is not made here. */
const SWITCHES = {
  hostMetrics: [true, false],
  containerMetrics: [true, false],
  sampling: [{ mode: "all" }, { mode: "tail" }],
  postgres: [{ managed: true, memory: 256 }, { managed: false, host: "db", user: "app", database: "app" }, "none"],
  redis: [{ managed: true, memory: 128 }, { managed: false, host: "cache" }, "none"],
  rabbitmq: [{ managed: true, memory: 320 }, { managed: false, host: "broker", user: "app" }, "none"],
  alerts: [{}, { calibration: true }],
  services: [
    [
      { name: "web", image: "x:1", role: "http" },
      { name: "jobs", image: "x:1", role: "worker" },
      { name: "gateway", image: "x:1", kind: "node", role: "http" },
      { name: "clock", image: "x:1", role: "daemon", every: "10m" },
      { name: "chat", image: "x:1", role: "bot" },
      { name: "pages", image: "x:1", kind: "nginx", stubStatus: 8081 },
    ],
    [{ name: "legacy", image: "x:1", kind: "other" }],
    [{ name: "gate", image: "x:1", kind: "other", instrumentation: "image", role: "http" }],
    [],
  ],
} as const;

function combinations(): readonly Readonly<Record<string, unknown>>[] {
  return Object.entries(SWITCHES).reduce<readonly Readonly<Record<string, unknown>>[]>(
    (all, [key, values]) =>
      all.flatMap((one) => (values as readonly unknown[]).map((value) => ({ ...one, [key]: value }))),
    [{}],
  );
}

function plain(set: Readonly<Record<string, unknown>>): PlainConfig {
  return Object.fromEntries(
    Object.entries(plainKeys).map(([key, schema]) => [key, schema.parse(set[key])]),
  ) as unknown as PlainConfig;
}

describe("every combination of the switches", () => {
  const all = combinations();

  test("shows and judges nothing whose source is off, and says so to every backend", { timeout: 120_000 }, () => {
    expect(all).toHaveLength(1728);
    for (const [index, set] of all.entries()) {
      const config = plain(set);
      const facts = factsOf(config, [], (name) => `app-dev-${name}`);
      const content = contentOf(facts);
      const off = offSources(config);
      const asked: readonly Source[] = [
        ...content.boards.flatMap(panelsOf).flatMap(sourcesOf),
        ...content.alerts.flatMap(({ signal }) => signal.sources),
        ...content.objectives.flatMap(objectiveSources),
      ];
      expect(
        [...new Set(asked)].filter((source) => off.includes(source)),
        JSON.stringify(set),
      ).toEqual([]);
      expect(content.boards.length).toBeGreaterThanOrEqual(2);
      // rendering takes long: every seventh is prime to the number of values of every switch
      if (index % 7 === 0) render(content, config.alerts.calibration);
    }
  });
});

function offSources(config: PlainConfig): readonly Source[] {
  const senders = config.services.filter(sends);
  const known = senders.filter(({ kind }) => kind !== "other");
  return [
    ...(config.hostMetrics ? [] : (["receiver:hostmetrics"] as const)),
    ...(config.containerMetrics ? [] : (["receiver:docker_stats"] as const)),
    ...(config.sampling.mode === "tail" ? [] : (["collector:sampling"] as const)),
    ...(config.postgres === "none" ? (["receiver:postgresql"] as const) : []),
    ...(config.redis === "none" ? (["receiver:redis"] as const) : []),
    ...(config.rabbitmq === "none" ? (["scrape:rabbitmq"] as const) : []),
    ...(senders.length === 0 ? (["span-metrics", "service-graph", "traces"] as const) : []),
    ...(known.length === 0
      ? (["sdk:http-server", "sdk:runtime", "sdk:libraries", "presence", "receiver:nginx"] as const)
      : []),
  ];
}

/** What every backend that shows content is given. */
function render(content: Content, calibration: boolean): void {
  const rules = { environment: "dev", content, calibration };
  const dataSources = {
    prometheus: "p",
    logs: { kind: "loki", uid: "l" },
    traces: { kind: "tempo", uid: "t" },
  } as const;
  const routing = grafanaRouting({ names: { contact: "c" }, kind: "webhook", calibration });
  expect(renderGrafanaBoards({ environment: "dev", content, dataSources })).toHaveLength(content.boards.length);
  const groups = renderGrafanaRules({
    ...rules,
    dataSources: { prometheus: "p", loki: "l" },
    rulePrefix: "gs",
    routing,
  });
  expect(groups[0]?.rules).toHaveLength(content.alerts.length);
  expect(renderNewRelicConditions(rules).length).toBeGreaterThan(0);
  expect(JSON.parse(renderNewRelicDashboard({ ...rules, accountId: 1 })).pages).toHaveLength(content.boards.length);
  const honeycomb = { ...rules, metricsDataset: "m", triggerLimit: 1000 };
  expect(renderHoneycombBoards(honeycomb)).toHaveLength(content.boards.length);
  expect(renderHoneycombTriggers(honeycomb).triggers.length).toBeGreaterThan(0);
  expect(renderPrometheusRules(rules)).toContain("Heartbeat");
}

import { type Content, contentOf } from "../../dashboards/content.ts";
import type { Facts, Role, ServiceFacts } from "../../dashboards/facts.ts";
import { SOURCES, type Source } from "../../dashboards/model/source.ts";
import example from "../../example/content.ts";

export const everySource = Object.keys(SOURCES) as readonly Source[];

/** A service that sends telemetry, as a test names it. */
export const service = (name: string, role: Role, runtime: ServiceFacts["runtime"] = "python"): ServiceFacts => ({
  name,
  role,
  runtime,
  container: `app-dev-${name}`,
  stubStatus: runtime === "nginx",
  browser: runtime === "nginx",
  injected: runtime === "python",
  traced: role === "daemon",
});

/** The Game Scheduler with everything on, and a Redis that is not known to evict. */
export const EXAMPLE: Facts = {
  environment: "test",
  namespace: "game-scheduler",
  services: [
    service("api", "http"),
    service("bot", "bot"),
    { ...service("notification", "daemon"), every: 1 },
    // seldom enough that its runs make no rate
    { ...service("status", "daemon"), every: 600 },
    service("frontend", "frontend", "nginx"),
  ],
  stores: ["postgres", "redis", "rabbitmq"],
  sources: everySource,
  expected: { spans: 100, points: 100, records: 100 },
  redisEvicts: false,
  parkedQueues: ["dlq", "dead-letter"],
  targets: {},
  packs: [example],
};

/** The same with a worker, which the example has not: the content in which every kind of rule is found. */
export const FULL: Facts = { ...EXAMPLE, services: [...EXAMPLE.services, service("worker", "worker")] };

/** Another team: web, worker and a Node gateway, no Redis, no pack. */
export const OTHER: Facts = {
  ...EXAMPLE,
  namespace: "parcels",
  services: [service("web", "http"), service("worker", "worker"), service("gateway", "http", "node")],
  stores: ["postgres", "rabbitmq"],
  sources: everySource.filter((source) => source !== "receiver:redis" && source !== "receiver:nginx"),
  packs: [],
};

export const exampleContent: Content = contentOf(EXAMPLE);
export const fullContent: Content = contentOf(FULL);
export const otherContent: Content = contentOf(OTHER);

import { isMeasured } from "../config/facts.ts";
import type { Config } from "../config/load.ts";
import { isWatched, type Known, knownOf, roleOf, type ServiceConfig } from "../config/services.ts";
import type { Role } from "../dashboards/facts.ts";
import type { LoggedContainer } from "../pipeline/logged-container.ts";
import { referencesIn } from "./references.ts";

const STORES = { postgres: "PostgreSQL", redis: "Redis", rabbitmq: "RabbitMQ" } as const;
const isStore = (name: string): name is keyof typeof STORES => Object.hasOwn(STORES, name);

const WORK = {
  http: "requests",
  worker: "messages",
  bot: "commands",
  daemon: "schedule",
  frontend: "pages",
} as const satisfies Record<Role, string>;

/** What `npm run verify` must find of this stack: its outputs `services`, `sources` and `containerLogs`. */
export interface Topology {
  readonly services: readonly ({
    readonly name: string;
    readonly kind: ServiceConfig["kind"];
    /** What its role is about. */
    readonly work: (typeof WORK)[Role];
    /** `PostgreSQL`, `Redis`, `RabbitMQ`, or another service of this list by its name. */
    readonly calls: readonly string[];
  } & Known)[];
  /** PostgreSQL, Redis, RabbitMQ, nginx, containers, host, collector: those that are measured. */
  readonly sources: readonly string[];
  /** Services and stores whose containers' logs are read. */
  readonly containerLogs: readonly string[];
}

/** Which services send telemetry, whom each calls as far as its environment shows, and what the collector measures. Pure. */
export function topologyOf(
  config: Pick<Config, "services" | "storeMetrics" | "containerMetrics" | "hostMetrics" | keyof typeof STORES>,
  logged: readonly LoggedContainer[] = [],
): Topology {
  const senders = config.services.filter(isWatched);
  const names = senders.map(({ name }) => name);
  const stores = Object.keys(STORES).filter(isStore);
  return {
    services: senders.map((service) => {
      const { name, kind, env } = service;
      const calls = callsIn(env, names).filter((callee) => callee !== name);
      return { name, kind, work: WORK[roleOf(service)], ...knownOf(service), calls };
    }),
    sources: [
      ...stores.filter((store) => isMeasured(config, store)).map((store) => STORES[store]),
      ...(config.services.some(({ stubStatus }) => stubStatus !== undefined) ? ["nginx"] : []),
      ...(config.containerMetrics ? ["containers"] : []),
      ...(logged.length > 0 ? ["container logs"] : []),
      ...(config.hostMetrics ? ["host"] : []),
      "collector",
    ],
    containerLogs: logged.map(({ service }) => service),
  };
}

/** What an environment names: stores by `{postgres.login}` and the like, services by an address such as `http://web:8000`. */
export function callsIn(env: ServiceConfig["env"], services: readonly string[]): readonly string[] {
  const texts = Object.values(env);
  const stores = texts.flatMap(referencesIn).flatMap(({ provider }) => (isStore(provider) ? [STORES[provider]] : []));
  const hosts = texts.flatMap((text) =>
    [...text.matchAll(/\bhttps?:\/\/([a-z][a-z0-9-]*)(?=[:/]|$)/g)].map(([, host]) => host),
  );
  return [...new Set([...stores, ...services.filter((name) => hosts.includes(name))])];
}

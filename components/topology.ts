import type { Config } from "../config/load.ts";
import { type ServiceConfig, sends } from "../config/services.ts";
import { referencesIn } from "./references.ts";

const STORES = { postgres: "PostgreSQL", redis: "Redis", rabbitmq: "RabbitMQ" } as const;
const isStore = (name: string): name is keyof typeof STORES => Object.hasOwn(STORES, name);

/** What `npm run verify` must find of this stack: its outputs `services` and `sources`. */
export interface Topology {
  readonly services: readonly {
    readonly name: string;
    readonly kind: Exclude<ServiceConfig["kind"], "other">;
    /** `PostgreSQL`, `Redis`, `RabbitMQ`, or another service of this list by its name. */
    readonly calls: readonly string[];
  }[];
  /** PostgreSQL, Redis, RabbitMQ, nginx, containers, host, collector: those that are measured. */
  readonly sources: readonly string[];
}

/** Which services send telemetry, whom each calls as far as its environment shows, and what the collector measures. Pure. */
export function topologyOf(
  config: Pick<Config, "services" | "containerMetrics" | "hostMetrics" | keyof typeof STORES>,
): Topology {
  const senders = config.services.filter(sends);
  const names = senders.map(({ name }) => name);
  const stores = Object.keys(STORES).filter(isStore);
  return {
    services: senders.flatMap(({ name, kind, env }) =>
      kind === "other" ? [] : [{ name, kind, calls: callsIn(env, names).filter((callee) => callee !== name) }],
    ),
    sources: [
      ...stores.filter((store) => config[store] !== "none").map((store) => STORES[store]),
      ...(config.services.some(({ stubStatus }) => stubStatus !== undefined) ? ["nginx"] : []),
      ...(config.containerMetrics ? ["containers"] : []),
      ...(config.hostMetrics ? ["host"] : []),
      "collector",
    ],
  };
}

/** What an environment names: stores by `{postgres.login}` and the like, services by an address such as `http://web:8000`. */
function callsIn(env: ServiceConfig["env"], services: readonly string[]): readonly string[] {
  const texts = Object.values(env);
  const stores = texts.flatMap(referencesIn).flatMap(({ provider }) => (isStore(provider) ? [STORES[provider]] : []));
  const hosts = texts.flatMap((text) =>
    [...text.matchAll(/\bhttps?:\/\/([a-z][a-z0-9-]*)(?=[:/]|$)/g)].map(([, host]) => host),
  );
  return [...new Set([...stores, ...services.filter((name) => hosts.includes(name))])];
}

import type { Facts, ServiceFacts, Store } from "../dashboards/facts.ts";
import type { Source } from "../dashboards/model/source.ts";
import type { ContentPack } from "../dashboards/pack.ts";
import { ratesOf } from "../pipeline/input.ts";
import type { PlainConfig } from "./schema.ts";
import { isWatched, knownOf, roleOf, type ServiceConfig } from "./services.ts";

/** The part of the configuration that decides what can be shown. */
export type Deployed = Pick<
  PlainConfig,
  | "environment"
  | "namespace"
  | "services"
  | "postgres"
  | "redis"
  | "rabbitmq"
  | "containerMetrics"
  | "storeMetrics"
  | "hostMetrics"
  | "sampling"
  | "expected"
  | "metrics"
  | "alerts"
  | "objectives"
>;

const isSampled = ({ mode, baseline, ceiling }: Deployed["sampling"]): boolean =>
  ceiling !== undefined || (mode !== "all" && baseline < 100);

/**
 * What a stack deploys, as far as it decides what is shown. Pure.
 * @param container name of a service's container as Docker reports it
 */
export function factsOf(
  config: Deployed,
  packs: readonly ContentPack[],
  container: (service: string) => string,
): Facts {
  const services = config.services.flatMap((service) => senderFacts(service, container(service.name)));
  const { spans, metricPoints, logRecords } = ratesOf(config.expected);
  return {
    environment: config.environment,
    namespace: config.namespace,
    services,
    stores: STORES.filter((store) => isMeasured(config, store)),
    sources: sourcesOf(config, services),
    expected: { spans, points: metricPoints, records: logRecords },
    metricsInterval: config.metrics.interval,
    redisEvicts: config.redis !== "none" && (config.redis.managed || config.redis.evicts),
    parkedQueues: config.alerts.parkedQueues,
    targets: config.objectives,
    packs,
  };
}

const STORES: readonly Store[] = ["postgres", "redis", "rabbitmq"];

/** Whether the collector reads a store's metrics. */
export const isMeasured = (config: Pick<PlainConfig, Store | "storeMetrics">, store: Store): boolean =>
  config.storeMetrics && config[store] !== "none";

function senderFacts(service: ServiceConfig, container: string): readonly ServiceFacts[] {
  if (!isWatched(service)) return [];
  const { name, kind: runtime, stubStatus, every, overhead } = service;
  return [
    {
      name,
      role: roleOf(service),
      runtime,
      container,
      ...knownOf(service),
      stubStatus: stubStatus !== undefined,
      ...(every !== undefined && { every }),
      ...(overhead !== undefined && { limited: true }),
    },
  ];
}

function sourcesOf(config: Deployed, services: readonly ServiceFacts[]): readonly Source[] {
  const sdks = services.some(({ runtime }) => runtime === "python" || runtime === "node");
  const when = (deployed: boolean, ...sources: readonly Source[]): readonly Source[] => (deployed ? sources : []);
  return [
    ...when(sdks, "sdk:http-server", "sdk:runtime", "presence"),
    ...when(
      services.some(({ injected }) => injected),
      "sdk:libraries",
    ),
    ...when(services.length > 0, "span-metrics", "service-graph", "traces", "logs"),
    ...when(isMeasured(config, "postgres"), "receiver:postgresql"),
    ...when(isMeasured(config, "redis"), "receiver:redis"),
    ...when(isMeasured(config, "rabbitmq"), "scrape:rabbitmq"),
    ...when(
      config.services.some(({ stubStatus }) => stubStatus !== undefined),
      "receiver:nginx",
    ),
    ...when(config.containerMetrics, "receiver:docker_stats"),
    ...when(config.hostMetrics, "receiver:hostmetrics"),
    "collector:self",
    ...when(isSampled(config.sampling), "collector:sampling"),
  ];
}

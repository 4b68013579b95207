import type { Config } from "../config.ts";
import { BASE_SOURCES, type Source } from "../dashboards/model/source.ts";
import type { GrafanaConfig } from "../dashboards/render/grafana/config.ts";
import type { RulesConfig } from "../dashboards/render/rules-config.ts";

type Deployed = Pick<Config, "environment" | "containerMetrics" | "hostMetrics" | "sampling" | "services">;

/** Which sources of numbers this stack has: boards and rules show nothing that cannot arrive. */
export function deployedSources(config: Deployed): readonly Source[] {
  const absent = new Set<Source>([
    ...(config.containerMetrics ? [] : (["receiver:docker_stats"] as const)),
    ...(config.hostMetrics ? [] : (["receiver:hostmetrics"] as const)),
    ...(config.services.some(({ stubStatus }) => stubStatus !== undefined) ? [] : (["receiver:nginx"] as const)),
  ]);
  const present = BASE_SOURCES.filter((source) => !absent.has(source));
  return config.sampling.mode === "tail" ? [...present, "collector:sampling"] : present;
}

/** What alert rules and objectives of this stack are made from. */
export const rulesConfig = (config: Deployed): RulesConfig => ({
  environment: config.environment,
  sources: deployedSources(config),
});

/** What the boards of this stack are made from, for a Grafana beside Prometheus, Loki and Jaeger. */
export const boardsConfig = (config: Deployed): GrafanaConfig => ({
  environment: config.environment,
  sources: deployedSources(config),
  dataSources: { prometheus: "prometheus", loki: "loki", traces: { kind: "jaeger", uid: "jaeger" } },
});

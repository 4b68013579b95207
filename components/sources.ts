import type { Config } from "../config/load.ts";
import { type Source, sourceName } from "../pipeline/input.ts";
import { COLLECTOR_SERVICE_NAME } from "../pipeline/self-telemetry.ts";
import type { Scope } from "./docker/scope.ts";

/**
 * What the collector watches: the stores, every nginx that serves its status, the host, and the containers through `dockerApi`.
 * @throws pulumi.RunError when an nginx has the name of another source: names become ids of the collector's components
 */
export function collectorSources(
  scope: Scope,
  config: Pick<Config, "services" | "hostMetrics" | "hostName" | "containerMetrics">,
  stores: readonly Source[],
  dockerApi: Source | undefined,
): readonly Source[] {
  const host: readonly Source[] = config.hostMetrics ? [{ kind: "host", hostName: config.hostName }] : [];
  const others = [...host, ...(dockerApi && config.containerMetrics ? [dockerApi] : [])];
  scope.take("telemetry source", COLLECTOR_SERVICE_NAME, { by: "the collector's own telemetry" });
  for (const name of [...stores, ...others].map(sourceName))
    scope.take("telemetry source", name, { by: `the metrics of ${name}` });
  const nginx = config.services.flatMap(({ name, stubStatus }, i): Source[] => {
    if (stubStatus === undefined) return [];
    scope.take("telemetry source", name, { by: `service ${name}`, key: `services[${i}].name` });
    return [{ kind: "nginx", name, endpoint: `http://${name}:${stubStatus}/stub_status` }];
  });
  return [...stores, ...nginx, ...others];
}

import type { Config } from "../config/load.ts";
import type { Source } from "../pipeline/input.ts";

/** What the collector watches besides the stores: the host, the containers through `dockerApi`, and every nginx that tells its status. */
export function ambientSources(config: Config, dockerApi: Source | undefined): readonly Source[] {
  const nginx = config.services.flatMap(({ name, stubStatus }): Source[] =>
    stubStatus === undefined ? [] : [{ kind: "nginx", name, endpoint: `http://${name}:${stubStatus}/stub_status` }],
  );
  const host: readonly Source[] = config.hostMetrics ? [{ kind: "host", hostName: config.hostName }] : [];
  return [...nginx, ...host, ...(dockerApi ? [dockerApi] : [])];
}

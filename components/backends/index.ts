import * as pulumi from "@pulumi/pulumi";
import { metricsDatasetOf } from "../../config/backends.ts";
import type { Config } from "../../config/load.ts";
import type { BackendKind } from "../../vendors/kinds.ts";
import { BackendNetworks } from "../network.ts";
import type { Backend, CommonArgs } from "./backend.ts";
import { planWarnings } from "./plan-warnings.ts";

interface BackendsArgs extends CommonArgs {
  readonly config: Config;
}

/** The backends of those kinds, one after the other, so that a name that two would use is always the later one's fault. */
export async function createBackends(kinds: readonly BackendKind[], args: BackendsArgs): Promise<readonly Backend[]> {
  const backends: Backend[] = [];
  let made: BackendNetworks | undefined;
  const networks = () => {
    made ??= new BackendNetworks("backend-networks", { scope: args.scope });
    return made;
  };
  for (const kind of kinds) backends.push(await createBackend(kind, { ...args, networks }));
  return backends;
}

/**
 * The backend of that kind. Its code, and the vendor's SDK, are loaded only here: a preview without them takes half the time. A new kind is one case
 * here, one file beside it, one name in `config/backends.ts`.
 */
export async function createBackend(
  kind: BackendKind,
  {
    config,
    networks,
    ...common
  }: BackendsArgs & {
    /** Of backends on this machine, made with the first of them. */
    readonly networks: () => BackendNetworks;
  },
): Promise<Backend> {
  for (const warning of planWarnings(kind, config)) pulumi.log.warn(warning);
  const { secret, outageBudget } = config;
  switch (kind) {
    case "grafana-cloud": {
      const { GrafanaCloud } = await import("./grafana-cloud/index.ts");
      return new GrafanaCloud("grafana-cloud", { ...common, settings: config.grafanaCloud, secret });
    }
    case "new-relic": {
      const { NewRelic } = await import("./new-relic/index.ts");
      return new NewRelic("new-relic", { ...common, settings: config.newRelic, secret });
    }
    case "honeycomb": {
      const { Honeycomb } = await import("./honeycomb/index.ts");
      return new Honeycomb("honeycomb", {
        ...common,
        settings: { ...config.honeycomb, metricsDataset: metricsDatasetOf(config) },
        secret,
      });
    }
    case "jaeger": {
      const { Jaeger } = await import("./jaeger/index.ts");
      // there is no other image of Grafana
      const grafana = config.images === "official" ? await import("./jaeger/grafana.ts") : undefined;
      return new Jaeger("jaeger", { ...common, networks: networks(), settings: { outageBudget, grafana }, secret });
    }
    case "lgtm": {
      const { Lgtm } = await import("./lgtm.ts");
      return new Lgtm("lgtm", { ...common, networks: networks(), settings: { outageBudget }, secret });
    }
    case "datadog": {
      const { datadog } = await import("./datadog.ts");
      return datadog({ settings: config.datadog, secret });
    }
    case "elastic": {
      const { elastic } = await import("./elastic.ts");
      return elastic({ settings: config.elastic, secret });
    }
    case "otlp": {
      const { otlp } = await import("./otlp.ts");
      return otlp({ settings: config.otlp, secret });
    }
    default:
      return kind satisfies never;
  }
}

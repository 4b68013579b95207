import * as pulumi from "@pulumi/pulumi";
import { metricsDatasetOf } from "../../config/backends.ts";
import type { Config } from "../../config/load.ts";
import type { BackendKind } from "../../vendors/kinds.ts";
import type { Backend, CommonArgs } from "./backend.ts";
import { datadog } from "./datadog.ts";
import { elastic } from "./elastic.ts";
import { GrafanaCloud } from "./grafana-cloud/index.ts";
import { Honeycomb } from "./honeycomb/index.ts";
import { Jaeger } from "./jaeger/index.ts";
import { Lgtm } from "./lgtm.ts";
import { NewRelic } from "./new-relic/index.ts";
import { otlp } from "./otlp.ts";
import { planWarnings } from "./plan-warnings.ts";

/** The backend of that kind. A new kind is one case here, one file beside it, one name in `config/backends.ts`. */
export function createBackend(
  kind: BackendKind,
  { config, ...common }: CommonArgs & { readonly config: Config },
  opts: pulumi.ComponentResourceOptions,
): Backend {
  for (const warning of planWarnings(kind, config)) pulumi.log.warn(warning);
  const { secret, outageBudget } = config;
  switch (kind) {
    case "grafana-cloud":
      return new GrafanaCloud("grafana-cloud", { ...common, settings: config.grafanaCloud, secret }, opts);
    case "new-relic":
      return new NewRelic("new-relic", { ...common, settings: config.newRelic, secret }, opts);
    case "honeycomb":
      return new Honeycomb(
        "honeycomb",
        { ...common, settings: { ...config.honeycomb, metricsDataset: metricsDatasetOf(config) }, secret },
        opts,
      );
    case "jaeger":
      return new Jaeger(
        "jaeger",
        { ...common, settings: { outageBudget, grafana: config.images === "official" }, secret },
        opts,
      );
    case "lgtm":
      return new Lgtm("lgtm", { ...common, settings: { outageBudget }, secret }, opts);
    case "datadog":
      return datadog({ settings: config.datadog, secret });
    case "elastic":
      return elastic({ settings: config.elastic, secret });
    case "otlp":
      return otlp({ settings: config.otlp, secret });
    default:
      return kind satisfies never;
  }
}

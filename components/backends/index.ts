import * as pulumi from "@pulumi/pulumi";
import type { BackendKind } from "../../config/backends.ts";
import type { Backend, BackendArgs } from "./backend.ts";
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
export function createBackend(kind: BackendKind, args: BackendArgs, opts: pulumi.ComponentResourceOptions): Backend {
  for (const warning of planWarnings(kind, args.config)) pulumi.log.warn(warning);
  switch (kind) {
    case "grafana-cloud":
      return new GrafanaCloud("grafana-cloud", args, opts);
    case "new-relic":
      return new NewRelic("new-relic", args, opts);
    case "honeycomb":
      return new Honeycomb("honeycomb", args, opts);
    case "jaeger":
      return new Jaeger("jaeger", args, opts);
    case "lgtm":
      return new Lgtm("lgtm", args, opts);
    case "datadog":
      return datadog(args);
    case "elastic":
      return elastic(args);
    case "otlp":
      return otlp(args);
    default:
      return kind satisfies never;
  }
}

import type { BackendKind } from "../vendors/kinds.ts";
import { grafanaCloudPlan } from "./grafana-cloud.ts";
import { honeycombPlan } from "./honeycomb.ts";
import { datadogPlan, elasticPlan, otlpPlan } from "./intake.ts";
import { type Known, nothingTried } from "./known.ts";
import { newRelicPlan } from "./new-relic.ts";
import type { Plan } from "./probe.ts";

/** What shall be asked of a backend before it is deployed to. Pure. */
export function credentialPlan(kind: BackendKind, known: Known): Plan {
  switch (kind) {
    case "grafana-cloud":
      return grafanaCloudPlan(known);
    case "new-relic":
      return newRelicPlan(known);
    case "honeycomb":
      return honeycombPlan(known);
    case "datadog":
      return datadogPlan(known);
    case "elastic":
      return elasticPlan(known);
    case "otlp":
      return otlpPlan(known);
    case "jaeger":
    case "lgtm":
      return nothingTried(`${kind}: runs on this machine and needs no credential.`);
    default:
      // A new backend works without a case here; it is said that nothing was tried.
      return nothingTried(`${kind as string}: no try of its key is known here.`);
  }
}

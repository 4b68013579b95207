import { DATADOG_PRICING } from "./datadog.ts";
import { ELASTIC_PRICING } from "./elastic.ts";
import { GRAFANA_CLOUD_PRICING } from "./grafana-cloud.ts";
import { HONEYCOMB_PRICING } from "./honeycomb.ts";
import type { BackendKind } from "./kinds.ts";
import { NEW_RELIC_PRICING } from "./new-relic.ts";
import type { Pricing } from "./price.ts";

/** What each backend costs; those on machines of your own cost nothing here. */
export const PRICING: Readonly<Partial<Record<BackendKind, Pricing>>> = {
  "grafana-cloud": GRAFANA_CLOUD_PRICING,
  "new-relic": NEW_RELIC_PRICING,
  honeycomb: HONEYCOMB_PRICING,
  datadog: DATADOG_PRICING,
  elastic: ELASTIC_PRICING,
};

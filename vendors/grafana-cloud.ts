/** Grafana Cloud: addresses, data sources, prices, and how a stack is asked. */

import type { Pricing } from "./price.ts";

/** The API of the cloud itself. */
export const GRAFANA_CLOUD_API = "https://grafana.com";

/** The stack's own Grafana; it follows from the slug, so that it is known before anything is made. */
export const grafanaOf = (slug: string): string => `https://${slug}.grafana.net`;

/** Uids of the data sources that every Grafana Cloud stack has; unlike their names, they do not carry the stack's slug. */
export const GRAFANA_CLOUD_DATA_SOURCES = {
  prometheus: "grafanacloud-prom",
  loki: "grafanacloud-logs",
  tempo: "grafanacloud-traces",
  /** Usage and limits of the account. */
  usage: "grafanacloud-usage",
} as const;

/** Processing and writing together, 30 days of retention included. */
const GIGABYTES = { meter: "gigabytes", free: 50, usd: 0.45, per: 1 } as const;

/** The 95th percentile of series or of points a minute, whichever bills more; a series includes one point a minute. */
export const GRAFANA_CLOUD_PRICING: Pricing = {
  plan: "Pro",
  base: 19,
  prices: [
    { meter: "series", of: ["metrics"], free: 10_000, usd: 6.5, per: 1000, pointsPerMinute: 1 },
    { ...GIGABYTES, of: ["traces"] },
    { ...GIGABYTES, of: ["logs"] },
  ],
  bytes: "otlp",
  without: "users beyond three",
  source: [
    "https://grafana.com/pricing/",
    "https://grafana.com/docs/grafana-cloud/cost-management-and-billing/understand-your-invoice/logs-invoice/",
    "https://grafana.com/docs/grafana-cloud/cost-management-and-billing/understand-usage-cost/metrics",
  ],
  asOf: "2026-08-27",
};

/** Asked through the data source proxy of the stack's Grafana. */
export interface GrafanaCloudQuery {
  readonly kind: "grafana-cloud";
  /** The stack's Grafana: see `grafanaOf`. */
  readonly grafana: string;
  /** Token of a service account with the role Viewer. Secret. */
  readonly token: string;
  /** Uids of the data sources: see `GRAFANA_CLOUD_DATA_SOURCES`. */
  readonly prometheus: string;
  readonly loki: string;
  readonly tempo: string;
}

/** Honeycomb: addresses by region, plans, prices, and how an environment is asked. */

import type { Pricing } from "./price.ts";

export const HONEYCOMB_REGIONS = ["us", "eu"] as const;
export type HoneycombRegion = (typeof HONEYCOMB_REGIONS)[number];

export const HONEYCOMB_PLANS = ["free", "pro", "enterprise"] as const;
export type HoneycombPlan = (typeof HONEYCOMB_PLANS)[number];

interface Addresses {
  /** Of the API and of the OTLP intake. */
  readonly api: string;
  /** Where people look. */
  readonly ui: string;
}

export const HONEYCOMB: Readonly<Record<HoneycombRegion, Addresses>> = {
  us: { api: "https://api.honeycomb.io", ui: "https://ui.honeycomb.io" },
  eu: { api: "https://api.eu1.honeycomb.io", ui: "https://ui.eu1.honeycomb.io" },
};

/** By events, which are spans and log records, and by points of metrics; the first step of Pro is 100 million events. */
export const HONEYCOMB_PRICING: Pricing = {
  plan: "Pro",
  base: 130,
  prices: [
    { meter: "events", of: ["traces", "logs"], free: 20_000_000, per: 1_000_000 },
    { meter: "points", of: ["metrics"], free: 100_000_000, per: 1_000_000 },
  ],
  bytes: "json",
  without: "steps of Pro beyond the first",
  source: ["https://www.honeycomb.io/pricing", "https://docs.honeycomb.io/manage-data-volume/usage-center/"],
  asOf: "2026-05-04",
};

/** Asked by query results on Enterprise plans, by the last writes of datasets and columns on the others. */
export interface HoneycombQuery {
  readonly kind: "honeycomb";
  readonly api: string;
  /** A configuration key that may manage queries and columns and run queries. Secret. */
  readonly apiKey: string;
  /** Dataset of all metrics. */
  readonly metricsDataset: string;
  /** Where people look: https://ui.honeycomb.io/<team>/environments/<environment>. */
  readonly ui: string;
}

/** New Relic: addresses by region, prices, and how an account is asked. */

import type { Pricing } from "./price.ts";

export const NEW_RELIC_REGIONS = ["US", "EU"] as const;
export type NewRelicRegion = (typeof NEW_RELIC_REGIONS)[number];

interface Addresses {
  /** Base address of the OTLP intake. */
  readonly otlp: string;
  /** Full address of NerdGraph, the API. */
  readonly nerdgraph: string;
  /** Where people look. */
  readonly pages: string;
}

export const NEW_RELIC: Readonly<Record<NewRelicRegion, Addresses>> = {
  US: {
    otlp: "https://otlp.nr-data.net",
    nerdgraph: "https://api.newrelic.com/graphql",
    pages: "https://one.newrelic.com",
  },
  EU: {
    otlp: "https://otlp.eu01.nr-data.net",
    nerdgraph: "https://api.eu.newrelic.com/graphql",
    pages: "https://one.eu.newrelic.com",
  },
};

/** Above this the free edition takes nothing more until next month. */
export const NEW_RELIC_FREE_GIGABYTES = 100;

/** By bytes stored, whatever the signal; the data option "Original". */
export const NEW_RELIC_PRICING: Pricing = {
  plan: "Standard",
  base: 0,
  prices: [{ meter: "gigabytes", of: ["traces", "metrics", "logs"], free: NEW_RELIC_FREE_GIGABYTES, usd: 0.4, per: 1 }],
  bytes: "json",
  without: "full users beyond one",
  source: [
    "https://newrelic.com/pricing",
    "https://docs.newrelic.com/docs/accounts/accounts-billing/new-relic-one-pricing-billing/data-ingest-billing/",
  ],
  asOf: "2026-05-25",
};

/** Asked by NRQL over NerdGraph. */
export interface NewRelicQuery {
  readonly kind: "new-relic";
  readonly nerdgraph: string;
  readonly accountId: string;
  /** A user key. Secret. */
  readonly apiKey: string;
  readonly pages: string;
}

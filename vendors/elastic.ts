import type { Pricing } from "./price.ts";

/** Elastic Observability Serverless, "Complete": by gigabytes ingested, and retained for one month. */
export const ELASTIC_PRICING: Pricing = {
  plan: "Serverless Complete",
  base: 0,
  prices: [
    { meter: "gigabytes", of: ["traces", "logs"], free: 0, usd: 0.109, per: 1 },
    { meter: "gigabytes", of: ["metrics"], free: 0, usd: 0.028, per: 1 },
  ],
  bytes: "json",
  without: 'the difference of regions (prices are "as low as")',
  source: [
    "https://www.elastic.co/pricing/serverless-observability",
    "https://www.elastic.co/docs/deploy-manage/cloud-organization/billing/elastic-observability-billing-dimensions",
  ],
  asOf: "2026-08-29",
};

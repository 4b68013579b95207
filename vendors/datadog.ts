/** Datadog: its sites, each with an intake and pages of its own, and its prices. */

import type { Pricing } from "./price.ts";

export const DATADOG_SITES = [
  "datadoghq.com",
  "us3.datadoghq.com",
  "us5.datadoghq.com",
  "datadoghq.eu",
  "ap1.datadoghq.com",
  "ap2.datadoghq.com",
] as const;
export type DatadogSite = (typeof DATADOG_SITES)[number];

/** Base address of the OTLP intake. */
export const datadogOtlp = (site: DatadogSite): string => `https://otlp.${site}`;

/** Where people look. */
export const datadogPages = (site: DatadogSite): string => `https://app.${site}`;

/** One host with infrastructure and APM, billed for a year; what OTLP brings is counted as custom metrics. */
export const DATADOG_PRICING: Pricing = {
  plan: "Infrastructure Pro and APM, one host",
  base: 46,
  prices: [
    { meter: "gigabytes", of: ["logs"], free: 0, usd: 0.1, per: 1 },
    { meter: "events", of: ["logs"], free: 0, usd: 1.7, per: 1_000_000 },
  ],
  bytes: "json",
  without: "custom metrics beyond 100, spans beyond those of one host",
  source: ["https://www.datadoghq.com/pricing/"],
  asOf: "2026-09-20",
};

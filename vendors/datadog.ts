/** Datadog: its sites, each with an intake and pages of its own. */

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

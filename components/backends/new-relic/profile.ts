import type { BackendProfile } from "../../../pipeline/backend-profile.ts";

export const LICENSE_KEY = "new-relic-license-key";

/** Limits and temporality: New Relic documentation, best practices for OTLP. */
export const newRelicProfile = (endpoint: string): BackendProfile => ({
  name: "new-relic",
  exporters: [
    {
      signals: ["traces", "metrics", "logs"],
      endpoint,
      headers: { "api-key": { secret: LICENSE_KEY } },
      temporality: "delta",
      histograms: "exponential",
      maxRequestBytes: 1_000_000,
      maxAttributeLength: 4095,
    },
  ],
});

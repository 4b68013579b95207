import type { PlainConfig } from "../../config/schema.ts";
import { datadogOtlp, datadogPages } from "../../vendors/datadog.ts";
import type { Backend, ExportOnlyArgs } from "./backend.ts";
import { requiredSecret } from "./credentials.ts";

/** Datadog's OTLP intake. Export only: metrics as delta, one exporter a signal since their limits differ. */
export function datadog({ settings, secret }: ExportOnlyArgs<PlainConfig["datadog"], "datadogApiKey">): Backend {
  const { site, endpoint = datadogOtlp(site) } = settings;
  const headers = { "dd-api-key": { secret: "datadog-api-key" } };
  return {
    profile: {
      name: "datadog",
      exporters: [
        {
          suffix: "traces",
          signals: ["traces"],
          endpoint,
          // Without this the intake computes no request, error and duration metrics from spans.
          headers: { ...headers, compute_stats: "true" },
          maxRequestBytes: 3_200_000,
        },
        { suffix: "metrics", signals: ["metrics"], endpoint, headers, temporality: "delta", maxRequestBytes: 500_000 },
        { suffix: "logs", signals: ["logs"], endpoint, headers, maxRequestBytes: 3_200_000 },
      ],
    },
    secrets: { "datadog-api-key": requiredSecret(secret, "datadogApiKey", "datadog") },
    links: {
      traces: `${datadogPages(site)}/apm/traces`,
      metrics: `${datadogPages(site)}/metric/explorer`,
      logs: `${datadogPages(site)}/logs`,
    },
  };
}

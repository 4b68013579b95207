import type { Backend, BackendArgs } from "./backend.ts";
import { requiredSecret } from "./credentials.ts";

/** Datadog's OTLP intake. Export only: metrics as delta, one exporter a signal since their limits differ. */
export function datadog({ config }: BackendArgs): Backend {
  const { site, endpoint = `https://otlp.${site}` } = config.datadog;
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
    secrets: { "datadog-api-key": requiredSecret(config, "datadogApiKey", "datadog") },
    links: {
      traces: `https://app.${site}/apm/traces`,
      metrics: `https://app.${site}/metric/explorer`,
      logs: `https://app.${site}/logs`,
    },
  };
}

import * as pulumi from "@pulumi/pulumi";
import { datadog } from "../../../components/backends/datadog.ts";
import { profile as grafanaCloud } from "../../../components/backends/grafana-cloud/profile.ts";
import { profile as honeycomb } from "../../../components/backends/honeycomb/profile.ts";
import { newRelicProfile } from "../../../components/backends/new-relic/profile.ts";
import type { BackendProfile } from "../../../pipeline/backend-profile.ts";

/**
 * The kinds of backends whose pipelines differ. `otlp` is everybody's: what Jaeger, Elastic and any other address get. LGTM gets what
 * Grafana Cloud gets.
 */
export const BACKENDS = ["otlp", "grafana-cloud", "new-relic", "honeycomb", "datadog"] as const;

export type BackendName = (typeof BACKENDS)[number];

/** What the collector reads as files to send to all of them. */
export const SECRETS = [
  "grafana-cloud-user",
  "grafana-cloud-token",
  "new-relic-license-key",
  "honeycomb-ingest-key",
  "datadog-api-key",
];

/** The backend's own profile; only the address is another. */
export function profileAt(name: BackendName, endpoint: string): BackendProfile {
  switch (name) {
    case "otlp":
      return { name, exporters: [{ signals: ["traces", "metrics", "logs"], endpoint }] };
    case "grafana-cloud":
      return { ...grafanaCloud, exporters: grafanaCloud.exporters.map((one) => ({ ...one, endpoint })) };
    case "new-relic":
      return newRelicProfile(endpoint);
    case "honeycomb":
      return honeycomb(endpoint, "metrics");
    case "datadog":
      return datadog({ settings: { site: "datadoghq.eu", endpoint }, secret: () => pulumi.secret("key") }).profile;
    default:
      return name satisfies never;
  }
}

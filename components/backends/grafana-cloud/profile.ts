import type { BackendProfile } from "../../../pipeline/backend-profile.ts";
import { pointLabels } from "../../../pipeline/enrich.ts";
import { lokiLimits } from "../../../pipeline/loki-limits.ts";

/** Names of what the collector reads as files: token, and what is known only from the stack. */
export const SECRETS = {
  endpoint: "grafana-cloud-endpoint",
  user: "grafana-cloud-user",
  token: "grafana-cloud-token",
} as const;

/** What every board and rule asks by. Which resource attributes become labels is an account's own setting there; those of a point always do. */
const ASKED_BY = ["service.name", "deployment.environment.name"];

/** The OTLP gateway: HTTP only, no zstd, and it refuses delta (Grafana Cloud documentation, format considerations). */
export const profile: BackendProfile = {
  name: "grafana-cloud",
  exporters: [
    {
      signals: ["traces", "metrics", "logs"],
      endpoint: { secret: SECRETS.endpoint },
      basicAuth: { user: { secret: SECRETS.user }, password: { secret: SECRETS.token } },
      compression: "gzip",
      temporality: "cumulative",
      steps: [
        { signals: ["metrics"], processor: pointLabels("resource", ASKED_BY) },
        { signals: ["logs"], processor: lokiLimits },
      ],
    },
  ],
};

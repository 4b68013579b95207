import type { Backend, BackendArgs } from "./backend.ts";
import { requiredSecret, requiredSetting } from "./credentials.ts";

/** Elastic's managed OTLP endpoint. Export only. */
export function elastic({ config }: BackendArgs): Backend {
  return {
    profile: {
      name: "elastic",
      exporters: [
        {
          signals: ["traces", "metrics", "logs"],
          endpoint: requiredSetting(config.elastic.endpoint, "elastic.endpoint", "elastic"),
          headers: { authorization: { secret: "elastic-api-key", prefix: "ApiKey " } },
          maxRequestBytes: 4_000_000,
        },
      ],
    },
    secrets: { "elastic-api-key": requiredSecret(config, "elasticApiKey", "elastic") },
    links: {},
  };
}

import type { PlainConfig } from "../../config/schema.ts";
import type { Backend, ExportOnlyArgs } from "./backend.ts";
import { requiredSecret, requiredSetting } from "./credentials.ts";

/** Elastic's managed OTLP endpoint. Export only. */
export function elastic({ settings, secret }: ExportOnlyArgs<PlainConfig["elastic"], "elasticApiKey">): Backend {
  return {
    profile: {
      name: "elastic",
      exporters: [
        {
          signals: ["traces", "metrics", "logs"],
          endpoint: requiredSetting(settings.endpoint, "elastic.endpoint", "elastic"),
          headers: { authorization: { secret: "elastic-api-key", prefix: "ApiKey " } },
          maxRequestBytes: 4_000_000,
        },
      ],
    },
    secrets: { "elastic-api-key": requiredSecret(secret, "elasticApiKey", "elastic") },
    links: {},
  };
}

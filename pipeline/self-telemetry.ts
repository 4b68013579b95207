import type { Extension, Receiver } from "./components.ts";
import type { SelfTelemetry } from "./model.ts";

/** `service.name` of the collector's own telemetry. */
export const COLLECTOR_SERVICE_NAME = "collector";

/** Port of the health check; the one port of the collector that is published, on 127.0.0.1. */
export const healthPort = 13133;

const METRICS_PORT = 8888;

export function healthCheck(): Extension<"health_check"> {
  return { kind: "health_check", settings: { endpoint: `0.0.0.0:${healthPort}` } };
}

/** Written in full: the flags' defaults, and with them the metrics' names, differ between versions. */
export function selfTelemetry(): SelfTelemetry {
  return {
    resource: { "service.name": COLLECTOR_SERVICE_NAME },
    // a failed scrape is one log line, without thirty lines of stack
    logs: { level: "info", encoding: "json", disable_stacktrace: true },
    metrics: {
      level: "normal",
      readers: [
        {
          pull: {
            exporter: {
              prometheus: {
                host: "127.0.0.1",
                port: METRICS_PORT,
                without_scope_info: true,
                without_type_suffix: true,
                without_units: true,
              },
            },
          },
        },
      ],
    },
  };
}

/** The collector scrapes its own metrics; they take the same path as all others. */
export function selfScrape(): Receiver<"prometheus"> {
  return {
    kind: "prometheus",
    name: COLLECTOR_SERVICE_NAME,
    settings: {
      config: {
        scrape_configs: [
          {
            job_name: COLLECTOR_SERVICE_NAME,
            scrape_interval: "15s",
            static_configs: [{ targets: [`127.0.0.1:${METRICS_PORT}`] }],
          },
        ],
      },
    },
  };
}

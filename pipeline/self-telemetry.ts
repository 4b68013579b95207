import type { Extension, MetricRelabelling, Processor, Receiver } from "./components.ts";
import { observedResource } from "./enrich.ts";
import type { SelfTelemetry } from "./model.ts";
import type { EnvRef } from "./reference.ts";
import type { Scraper } from "./scrapers.ts";
import type { Distribution } from "./versions.ts";

/** `service.name` of the collector's own telemetry. */
export const COLLECTOR_SERVICE_NAME = "collector";

/** Port of the health check; the one port of the collector that is published, on 127.0.0.1. */
export const healthPort = 13133;

const METRICS_PORT = 8888;

/** Alloy's own server says at the same port whether it is ready. */
export function healthCheck(distribution: Distribution): readonly Extension<"health_check">[] {
  if (distribution === "alloy") return [];
  return [{ kind: "health_check", settings: { endpoint: `0.0.0.0:${healthPort}` } }];
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

/** The collector scrapes its own metrics; they take the same path as all others, by way of those who read `books` in them. */
export function selfScraper(
  distribution: Distribution,
  books: readonly Processor[],
  seconds: number,
  instance?: EnvRef,
): Scraper {
  const resource = observedResource(COLLECTOR_SERVICE_NAME, instance && { "service.instance.id": instance });
  const name = COLLECTOR_SERVICE_NAME;
  if (distribution !== "alloy") {
    // upstream's images have no counters of their own: there the ledger reads what came in at the first step that counts
    const relabel = distribution === "own" ? [WITHOUT_UNCHANGED] : [];
    return { name, receiver: selfScrape({ port: METRICS_PORT, seconds, relabel }), processors: [...books, resource] };
  }
  return {
    name,
    receiver: selfScrape({ port: healthPort, seconds, relabel: [ONLY_OF_A_COLLECTOR] }),
    processors: [resource, collectorNames],
  };
}

function selfScrape({
  port,
  seconds,
  relabel,
}: {
  readonly port: number;
  readonly seconds: number;
  readonly relabel: readonly MetricRelabelling[];
}): Receiver<"prometheus"> {
  return {
    kind: "prometheus",
    name: COLLECTOR_SERVICE_NAME,
    settings: {
      config: {
        scrape_configs: [
          {
            job_name: COLLECTOR_SERVICE_NAME,
            scrape_interval: `${seconds}s`,
            static_configs: [{ targets: [`127.0.0.1:${port}`] }],
            ...(relabel.length > 0 && { metric_relabel_configs: relabel }),
          },
        ],
      },
    },
  };
}

/** Of what Alloy says of itself, what a collector says too. */
const ONLY_OF_A_COLLECTOR: MetricRelabelling = {
  source_labels: ["__name__"],
  regex: "otelcol_.*|process_(cpu_seconds_total|resident_memory_bytes|start_time_seconds)|up|scrape_.*",
  action: "keep",
};

/** As many leave these steps as come in, or what they refuse is counted elsewhere: a pair of series for each of them and signal would say nothing. */
const WITHOUT_UNCHANGED: MetricRelabelling = {
  source_labels: ["__name__", "processor"],
  regex: "otelcol_processor_(incoming|outgoing)_items;(memory_limiter|resource/.*|transform/.*)",
  action: "drop",
};

/** The names that the collector gives to the same, so that boards and alerts hold. */
const collectorNames: Processor<"transform"> = {
  kind: "transform",
  name: `from-${COLLECTOR_SERVICE_NAME}`,
  settings: {
    error_mode: "ignore",
    metric_statements: [
      {
        context: "datapoint",
        statements: [
          'set(value_double, Double(UnixSeconds(Now())) - value_double) where metric.name == "process_start_time_seconds"',
          // otlp_http/otelcol.exporter.otlphttp.jaeger is otlp_http/jaeger
          ...["exporter", "receiver", "processor"].map(
            (key) => `replace_pattern(attributes["${key}"], "/otelcol\\\\.[a-z]+\\\\.[a-z_]+\\\\.", "/")`,
          ),
        ],
      },
      {
        context: "metric",
        statements: [
          'convert_gauge_to_sum("cumulative", true) where name == "process_start_time_seconds"',
          'set(name, "otelcol_process_uptime") where name == "process_start_time_seconds"',
          'set(name, "otelcol_process_cpu_seconds") where name == "process_cpu_seconds_total"',
          'set(name, "otelcol_process_memory_rss") where name == "process_resident_memory_bytes"',
          'replace_pattern(name, "_total$", "") where IsMatch(name, "^otelcol_")',
          'set(unit, "") where IsMatch(name, "^otelcol_")',
        ],
      },
    ],
  },
};

import type { Shape } from "./shape.ts";

/** Keys of a queue and of retries, with which every exporter's settings begin. */
const DELIVERY = {
  timeout: "d",
  sending_queue: "?",
  retry_on_failure: {
    k: any("enabled initial_interval max_interval max_elapsed_time multiplier randomization_factor"),
  },
} as const;

/** Shapes of what carries no schema, or whose module could not be had, from the sources that read it (August 2026). */
export const BY_HAND: Readonly<Record<string, Shape>> = {
  "extension/filestorage": {
    k: {
      ...any("create_directory directory_permissions recreate"),
      directory: "s",
      timeout: "d",
      fsync: "b",
      max_size: "?",
      compaction: {
        k: any(
          "on_start on_rebound directory rebound_needed_threshold_mib rebound_trigger_threshold_mib max_transaction_size check_interval cleanup_on_start rebound_size_below_limit",
        ),
      },
    },
  },
  "exporter/opensearch": {
    k: {
      ...DELIVERY,
      ...any("http dataset namespace bulk_action logs_index logs_index_fallback logs_index_time_format"),
      ...any("traces_index traces_index_fallback traces_index_time_format"),
      ...any("metrics_index metrics_index_fallback metrics_index_time_format"),
      mapping: { k: any("mode fields file timestamp_field unix_timestamp dedup dedot") },
    },
  },
  "exporter/googlecloudpubsub": {
    k: {
      ...DELIVERY,
      ...any("project user_agent endpoint insecure universe_domain topic compression logs metrics traces"),
      watermark: { k: any("behavior allowed_drift") },
      ordering: { k: any("enabled from_resource_attribute remove_resource_attribute") },
    },
  },
  "exporter/rabbitmq": {
    k: {
      ...any("durable encoding_extension retry_on_failure"),
      connection: { k: any("endpoint vhost tls auth connection_timeout heartbeat publish_confirmation_timeout name") },
      routing: { k: any("exchange routing_key") },
    },
  },
  "connector/sum": {
    k: Object.fromEntries(
      ["spans", "spanevents", "metrics", "datapoints", "logs"].map((signal) => [
        signal,
        { m: { k: any("description conditions attributes source_attribute") } },
      ]),
    ),
  },
  "extension/healthcheck": {
    k: any(
      "endpoint transport path response_body check_collector_pipeline tls auth cors compression_algorithms include_metadata response_headers max_request_body_size middlewares read_timeout read_header_timeout write_timeout idle_timeout keep_alives_enabled use_v2 http grpc component_health dialer",
    ),
  },
};

/** What is below `service`. */
export const SERVICE: Shape = {
  k: {
    extensions: { a: "s" },
    // pipelines have rules of their own
    pipelines: "?",
    telemetry: {
      k: {
        resource: "?",
        logs: {
          k: {
            ...any("level encoding sampling processors output_paths error_output_paths initial_fields"),
            ...any("disable_caller disable_stacktrace disable_zap_resource development loglevel"),
          },
        },
        traces: { k: any("level propagators processors sampler limits") },
        metrics: {
          k: {
            ...any("level views address"),
            readers: {
              a: {
                k: {
                  pull: {
                    k: {
                      ...any("producers cardinality_limits"),
                      exporter: {
                        k: {
                          "prometheus/development": "?",
                          prometheus: {
                            k: any(
                              "host port without_scope_info without_units without_type_suffix with_resource_constant_labels translation_strategy",
                            ),
                          },
                        },
                      },
                    },
                  },
                  periodic: { k: any("interval timeout exporter producers cardinality_limits") },
                },
              },
            },
          },
        },
      },
    },
  },
};

function any(names: string): Readonly<Record<string, Shape>> {
  return Object.fromEntries(names.split(" ").map((name) => [name, "?" as const]));
}

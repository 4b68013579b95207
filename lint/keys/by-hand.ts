import type { Shape } from "./shape.ts";

/** Shapes of what carries no schema that says all of it, from the sources that read it (August 2026). */
export const BY_HAND: Readonly<Record<string, Shape>> = {
  "connector/forward": { k: {} },
  "connector/otlpjson": { k: {} },
  "connector/roundrobin": { k: {} },
  "receiver/nop": { k: {} },
  "exporter/nop": { k: {} },
  "extension/healthcheck": {
    k: any(
      "endpoint transport path response_body check_collector_pipeline tls auth cors compression_algorithms include_metadata response_headers max_request_body_size middlewares read_timeout read_header_timeout write_timeout idle_timeout keep_alives_enabled use_v2 http grpc component_health dialer keepalive",
    ),
  },
};

/** Keys of versions whose sources could not be had, with the first version without them by its changelog; they come before what `earlier.json` has. */
export const EARLIER_BY_HAND: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "exporter/sentry": { dsn: "0.145.0", environment: "0.145.0", insecure_skip_verify: "0.145.0" },
  "exporter/elasticsearch": { flush: "0.162.0", num_workers: "0.162.0" },
  "exporter/kafka": { "auth/plain_text": "0.160.0", "auth/tls": "0.160.0" },
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

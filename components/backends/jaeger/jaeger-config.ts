import { toYaml } from "../../../formats/yaml.ts";

/** Traces kept in memory; the oldest go first. About 1.5 KB a span, a dozen spans a trace at most. */
const MAX_TRACES = 8000;

/** Configuration of Jaeger v2: OTLP/HTTP in, memory storage, the query API for people and for `verify`. */
export const jaegerConfig = (): string =>
  toYaml({
    extensions: {
      jaeger_storage: { backends: { memory: { memory: { max_traces: MAX_TRACES } } } },
      jaeger_query: {
        storage: { traces: "memory" },
        http: { endpoint: "0.0.0.0:16686" },
        grpc: { endpoint: "127.0.0.1:16685" },
      },
    },
    receivers: { otlp: { protocols: { http: { endpoint: "0.0.0.0:4318" } } } },
    exporters: { jaeger_storage_exporter: { trace_storage: "memory" } },
    service: {
      extensions: ["jaeger_storage", "jaeger_query"],
      telemetry: { logs: { level: "warn" }, metrics: { level: "none" } },
      pipelines: { traces: { receivers: ["otlp"], exporters: ["jaeger_storage_exporter"] } },
    },
  });

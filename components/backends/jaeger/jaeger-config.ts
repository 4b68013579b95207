import { toYaml } from "../../../formats/yaml.ts";
import { imageReference } from "../../../images/catalogue.ts";

/** Where the volume is mounted. The published image has no other folder that its user may write. */
export const TRACES_FOLDER = "/tmp";

/**
 * Memory in MiB: of the container, and what Go may use of it. Badger's caches and tables are made for servers and cannot be configured in
 * Jaeger; our image is built with small ones (images/programs/jaeger.sed). Measured at 10 000 spans a second and 1600 searches: ours takes 85
 * MiB of its own, published ones up to 291: with a limit of 256 they were killed after 24 000 spans, with 384 (300 for Go) nothing was refused.
 */
export const jaegerMemory = (image: string): { readonly container: number; readonly go: number } =>
  image === imageReference("jaeger", "local") ? { container: 160, go: 110 } : { container: 384, go: 300 };

/**
 * Configuration of Jaeger v2: OTLP/HTTP in, traces on disk for three days (as long as metrics are kept), the query API for people and for `verify`.
 *
 * Badger, since the memory storage loses everything at a restart, finds no failed spans, and hands out its own spans to be changed when two
 * programs ask at once.
 */
export const jaegerConfig = (): string =>
  toYaml({
    extensions: {
      jaeger_storage: {
        backends: {
          traces: {
            badger: {
              ephemeral: false,
              directories: { keys: `${TRACES_FOLDER}/keys`, values: `${TRACES_FOLDER}/values` },
              ttl: { spans: "72h" },
            },
          },
        },
      },
      jaeger_query: {
        storage: { traces: "traces" },
        // It would trace itself to a receiver that it does not have.
        enable_tracing: false,
        http: { endpoint: "0.0.0.0:16686" },
        grpc: { endpoint: "127.0.0.1:16685" },
      },
    },
    receivers: { otlp: { protocols: { http: { endpoint: "0.0.0.0:4318" } } } },
    exporters: { jaeger_storage_exporter: { trace_storage: "traces" } },
    service: {
      extensions: ["jaeger_storage", "jaeger_query"],
      telemetry: { logs: { level: "warn" }, metrics: { level: "none" } },
      pipelines: { traces: { receivers: ["otlp"], exporters: ["jaeger_storage_exporter"] } },
    },
  });

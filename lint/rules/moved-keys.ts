/** Keys that moved to another place. */
import { atLeast } from "../../pipeline/versions.ts";
import { at } from "../model.ts";
import type { Rule } from "../rule.ts";

/** Keys that a version still takes, and a later one refuses: since when there is another one. */
const DEPRECATED: readonly (readonly [
  role: "receiver" | "exporter",
  type: string,
  key: string,
  since: string,
  fix: string,
])[] = [
  ["receiver", "kafka", "topic", "0.124.0", "write traces, metrics or logs: {topic: …}"],
  ["receiver", "kafka", "encoding", "0.124.0", "write traces, metrics or logs: {encoding: …}"],
  ["exporter", "kafka", "topic", "0.124.0", "write traces, metrics or logs: {topic: …}"],
  ["exporter", "kafka", "encoding", "0.124.0", "write traces, metrics or logs: {encoding: …}"],
];

export const movedKeyRules: readonly Rule[] = [
  {
    id: "deprecated-key",
    severity: "warning",
    explain:
      "A key that newer collectors refuse, where its successor can be written already: the next upgrade fails over it.",
    bad: "receivers:\n  kafka: {brokers: ['k:9092'], topic: otlp_spans}\n",
    good: "receivers:\n  kafka: {brokers: ['k:9092'], traces: {topics: [otlp_spans]}}\n",
    *find(config, { version }) {
      for (const [role, type, key, since, fix] of DEPRECATED)
        for (const { settings, path, id } of config.of(role, type))
          if (settings[key] !== undefined && atLeast(version, since))
            yield { path: [...path, key], message: `${key} of ${id} has another place since ${since}`, fix };
    },
  },
  {
    id: "moved-key",
    severity: "error",
    explain:
      "Settings of encryption and queues moved below a key of their own long ago; at the top of a component they are refused.",
    bad: "exporters:\n  otlp: {endpoint: 'a:4317', insecure: true}\n",
    good: "exporters:\n  otlp: {endpoint: 'a:4317', tls: {insecure: true}}\n",
    *find(config) {
      const moved: readonly (readonly [
        role: "exporter" | "processor" | "connector" | "receiver",
        type: RegExp,
        key: string,
        fix: string,
      ])[] = [
        ...["insecure", "insecure_skip_verify", "ca_file", "cert_file", "key_file"].map(
          (key) =>
            [
              "exporter",
              /^(otlp|otlphttp|prometheusremotewrite|zipkin|elasticsearch|loki)$/,
              key,
              `write it below tls: tls.${key}`,
            ] as const,
        ),
        ["exporter", /./, "tls_settings", "write tls"],
        ["exporter", /^(debug|logging)$/, "loglevel", "write verbosity: detailed"],
        ["processor", /^memorylimiter$/, "ballast_size_mib", "remove it, and set GOMEMLIMIT in the environment"],
        ["processor", /^memorylimiter$/, "limit", "write limit_mib"],
        ["exporter", /^(otlp|otlphttp)$/, "protocol", "write the exporter otlp for gRPC, otlphttp for HTTP"],
        ["exporter", /^otlphttp?$/, "api_key", "write it as a header"],
        ["exporter", /^otlphttp?$/, "queued_retry", "write sending_queue and retry_on_failure"],
        ["connector", /^spanmetrics$/, "latency_histogram_buckets", "write histogram.explicit.buckets"],
        ["connector", /^spanmetrics$/, "metrics_exporter", "remove it; the connector is a receiver of a pipeline"],
        ["processor", /^attributes$/, "operations", "write actions"],
        ["receiver", /^otlp$/, "endpoint", "write it below protocols.grpc and protocols.http"],
        ["receiver", /^otlp$/, "grpc", "write it below protocols"],
        ["receiver", /^otlp$/, "http", "write it below protocols"],
        ["receiver", /^prometheus$/, "scrape_configs", "write it below config"],
        ["receiver", /^kafka$/, "topics", "write traces, metrics or logs: {topics: […]}"],
      ];
      for (const [role, type, key, fix] of moved)
        for (const { settings, path, id, ...component } of config.of(role))
          if (type.test(component.type) && Object.hasOwn(settings, key))
            yield { path: [...path, key], message: `${id} has no key ${key}`, fix };
      for (const { settings, path } of config.of("exporter"))
        if (at(settings, "sending_queue", "persistent_storage_enabled") !== undefined)
          yield {
            path: [...path, "sending_queue", "persistent_storage_enabled"],
            message: "there is no key persistent_storage_enabled",
            fix: "name an extension: storage: file_storage",
          };
      if (at(config.root, "service", "telemetry", "metrics", "address") !== undefined)
        yield {
          path: ["service", "telemetry", "metrics", "address"],
          message: "service.telemetry.metrics.address is ignored since 0.123",
          fix: "write readers: [{pull: {exporter: {prometheus: {host: …, port: …}}}}]",
        };
      if (typeof at(config.root, "service", "telemetry", "logs", "loglevel") === "string")
        yield {
          path: ["service", "telemetry", "logs", "loglevel"],
          message: "there is no key loglevel",
          fix: "write level",
        };
    },
  },
];

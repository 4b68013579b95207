import type { Role } from "./component.ts";

/** Collector versions a configuration can be rendered for. */
export const SUPPORTED_VERSIONS = { from: "0.141.0", to: "0.165.99" } as const;

/** The same for a person. */
export const SUPPORTED_RANGE = `${SUPPORTED_VERSIONS.from} to ${SUPPORTED_VERSIONS.to.replace(/\d+$/, "x")}`;

/** Version of our own distribution, the default. */
export const OWN_DISTRIBUTION_VERSION = "0.145.0";

/** Who built the collector: this repository (images/collector), or anybody else; or Grafana Alloy in its place. */
export type Distribution = "own" | "upstream" | "alloy";

/** Components that only our distribution has; any other collector ends with "unknown type". */
export const OWN_COMPONENTS: readonly { readonly role: Role; readonly kind: string }[] = [
  { role: "extension", kind: "intake_limit" },
  { role: "extension", kind: "retryable_status" },
  { role: "processor", kind: "clock_guard" },
  { role: "processor", kind: "drop_overflow" },
  { role: "processor", kind: "item_counter" },
  { role: "processor", kind: "ledger" },
  { role: "processor", kind: "log_dedup" },
  { role: "processor", kind: "series_limit" },
  { role: "processor", kind: "series_start" },
  { role: "processor", kind: "trace_sampler" },
  { role: "processor", kind: "privacy" },
  { role: "receiver", kind: "dockerlogs" },
];

interface Naming {
  readonly role: Role;
  /** Canonical name: the oldest. */
  readonly kind: string;
  readonly name: string;
  /** First version that knows the new name; it accepts the old one too, with a warning. */
  readonly since: string;
}

/** Renamed components (the old name is canonical in our model). */
export const RENAMINGS: readonly Naming[] = [
  { role: "exporter", kind: "otlp", name: "otlp_grpc", since: "0.144.0" },
  { role: "exporter", kind: "otlphttp", name: "otlp_http", since: "0.144.0" },
  { role: "receiver", kind: "filelog", name: "file_log", since: "0.149.0" },
  { role: "receiver", kind: "hostmetrics", name: "host_metrics", since: "0.151.0" },
  { role: "connector", kind: "spanmetrics", name: "span_metrics", since: "0.151.0" },
  { role: "processor", kind: "metricstransform", name: "metrics_transform", since: "0.152.0" },
  { role: "processor", kind: "resourcedetection", name: "resource_detection", since: "0.153.0" },
  { role: "exporter", kind: "loadbalancing", name: "load_balancing", since: "0.153.0" },
  { role: "exporter", kind: "prometheusremotewrite", name: "prometheus_remote_write", since: "0.154.0" },
  { role: "processor", kind: "cumulativetodelta", name: "cumulative_to_delta", since: "0.157.0" },
];

interface KeyRange {
  readonly role: Role;
  readonly kind: string;
  /** Path inside the settings, dots between keys. */
  readonly key: string;
  /** First version that knows the key. */
  readonly since?: string;
  /** First version that refuses it. */
  readonly until?: string;
  /** Only these values of the key. Default: the key itself. */
  readonly value?: RegExp;
  /** What to do instead in a version without it. */
  readonly instead: string;
}

type Row = [version: string, component: `${Role}/${string}`, key: string, instead: string];

const row = ([, component, key, instead]: Row) => {
  const [role, kind = ""] = component.split("/") as [Role, string];
  return { role, kind, key, instead };
};
const since = (...args: Row): KeyRange => ({ ...row(args), since: args[0] });
const until = (...args: Row): KeyRange => ({ ...row(args), until: args[0] });

const HASHED = "mask without a hash, or use collector 0.147.0 or newer";

/** Keys, and values of keys, that do not exist in every supported version. A collector refuses to start over one it does not know. */
export const KEY_RANGES: readonly KeyRange[] = [
  since("0.156.0", "extension/file_storage", "max_size", "bound the queue by sending_queue.queue_size"),
  since("0.147.0", "processor/redaction", "hmac_key", HASHED),
  since("0.144.0", "processor/redaction", "ignored_key_patterns", "list the keys in ignored_keys"),
  since("0.146.0", "processor/filter", "trace_conditions", "write traces.span"),
  since("0.146.0", "processor/filter", "metric_conditions", "write metrics.metric"),
  since("0.146.0", "processor/filter", "log_conditions", "write logs.log_record"),
  since("0.147.0", "extension/basicauth", "client_auth.username_file", 'reference the secret, { secret: "name" }'),
  since("0.147.0", "extension/basicauth", "client_auth.password_file", 'reference the secret, { secret: "name" }'),
  since("0.144.0", "processor/tail_sampling", "decision_wait_after_root_received", "shorten decision_wait"),
  since("0.145.0", "processor/tail_sampling", "maximum_trace_size_bytes", "bound memory by num_traces"),
  since("0.149.0", "processor/tail_sampling", "sampling_strategy", "leave the strategy out"),
  since("0.153.0", "connector/spanmetrics", "series_expiration", "use metrics_expiration"),
  until("0.143.0", "receiver/prometheus", "use_start_time_metric", "use the metricstarttime processor"),
  since("0.149.0", "receiver/docker_stats", "stream_stats", "leave it out"),
  since("0.149.0", "receiver/docker_stats", "tls", "use a proxy on the same network"),
  since(
    "0.147.0",
    "receiver/postgresql",
    "top_query_collection.collection_interval",
    "set collection_interval of the receiver",
  ),
  until(
    "0.142.0",
    "processor/resourcedetection",
    "attributes",
    "enable attributes by resource_attributes of each detector",
  ),
  since("0.147.0", "exporter/otlphttp", "sending_queue.batch.partition", "use one exporter per tenant"),
  { ...since("0.147.0", "processor/redaction", "hash_function", HASHED), value: /^hmac-/ },
];

/** Components removed from the collector, and what took their place. */
export const REMOVED_COMPONENTS: readonly { role: Role; kind: string; since: string; instead: string }[] = [
  { role: "exporter", kind: "jaeger", since: "0.85.0", instead: "otlphttp; Jaeger takes OTLP itself" },
  { role: "exporter", kind: "logging", since: "0.111.0", instead: "debug" },
  { role: "exporter", kind: "loki", since: "0.131.0", instead: "otlphttp; Loki 3 takes OTLP at /otlp" },
];

/** Name under which a version knows a component. */
export function renderedKind(role: Role, kind: string, version: string): string {
  const renaming = RENAMINGS.find((r) => r.role === role && r.kind === kind);
  return renaming !== undefined && atLeast(version, renaming.since) ? renaming.name : kind;
}

/** Whether a version exists in the supported range. */
export function isSupported(version: string): boolean {
  return (
    /^\d+\.\d+\.\d+$/.test(version) &&
    atLeast(version, SUPPORTED_VERSIONS.from) &&
    atLeast(SUPPORTED_VERSIONS.to, version)
  );
}

/** Whether `version` is `floor` or newer; both `major.minor.patch`. */
export function atLeast(version: string, floor: string): boolean {
  const a = version.split(".").map(Number);
  const b = floor.split(".").map(Number);
  for (let i = 0; i < 3; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** Whether a key of the table exists in a version. */
export function keyExists(range: Pick<KeyRange, "since" | "until">, version: string): boolean {
  return (
    (range.since === undefined || atLeast(version, range.since)) &&
    (range.until === undefined || !atLeast(version, range.until))
  );
}

import type { Role } from "./component.ts";

/** Collector versions a configuration can be rendered for. */
export const SUPPORTED_VERSIONS = { from: "0.141.0", to: "0.159.99" } as const;

/** Version of our own distribution, the default. */
export const OWN_DISTRIBUTION_VERSION = "0.145.0";

/** Who built the collector: this repository (images/collector), or anybody else. */
export type Distribution = "own" | "upstream";

/** Components that only our distribution has; any other collector ends with "unknown type". */
export const OWN_COMPONENTS: readonly { readonly role: Role; readonly kind: string }[] = [
  { role: "extension", kind: "retryable_status" },
  { role: "processor", kind: "drop_overflow" },
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
  /** What to do instead in a version without it. */
  readonly instead: string;
}

/** Keys that do not exist in every supported version. A collector refuses to start over one it does not know. */
export const KEY_RANGES: readonly KeyRange[] = [
  {
    role: "extension",
    kind: "file_storage",
    key: "max_size",
    since: "0.156.0",
    instead: "bound the queue by sending_queue.queue_size",
  },
  {
    role: "processor",
    kind: "redaction",
    key: "hmac_key",
    since: "0.147.0",
    instead: "mask without a hash, or use collector 0.147.0 or newer",
  },
  {
    role: "processor",
    kind: "redaction",
    key: "ignored_key_patterns",
    since: "0.144.0",
    instead: "list the keys in ignored_keys",
  },
  { role: "processor", kind: "filter", key: "trace_conditions", since: "0.146.0", instead: "write traces.span" },
  { role: "processor", kind: "filter", key: "metric_conditions", since: "0.146.0", instead: "write metrics.metric" },
  { role: "processor", kind: "filter", key: "log_conditions", since: "0.146.0", instead: "write logs.log_record" },
  {
    role: "extension",
    kind: "basicauth",
    key: "client_auth.username_file",
    since: "0.147.0",
    instead: 'reference the secret, { secret: "name" }',
  },
  {
    role: "extension",
    kind: "basicauth",
    key: "client_auth.password_file",
    since: "0.147.0",
    instead: 'reference the secret, { secret: "name" }',
  },
  {
    role: "processor",
    kind: "tail_sampling",
    key: "decision_wait_after_root_received",
    since: "0.144.0",
    instead: "shorten decision_wait",
  },
  {
    role: "processor",
    kind: "tail_sampling",
    key: "maximum_trace_size_bytes",
    since: "0.145.0",
    instead: "bound memory by num_traces",
  },
  {
    role: "processor",
    kind: "tail_sampling",
    key: "sampling_strategy",
    since: "0.149.0",
    instead: "leave the strategy out",
  },
  {
    role: "connector",
    kind: "spanmetrics",
    key: "series_expiration",
    since: "0.153.0",
    instead: "use metrics_expiration",
  },
  {
    role: "receiver",
    kind: "prometheus",
    key: "use_start_time_metric",
    until: "0.143.0",
    instead: "use the metricstarttime processor",
  },
  { role: "receiver", kind: "docker_stats", key: "stream_stats", since: "0.149.0", instead: "leave it out" },
  { role: "receiver", kind: "docker_stats", key: "tls", since: "0.149.0", instead: "use a proxy on the same network" },
  {
    role: "receiver",
    kind: "postgresql",
    key: "top_query_collection.collection_interval",
    since: "0.147.0",
    instead: "set collection_interval of the receiver",
  },
  {
    role: "processor",
    kind: "resourcedetection",
    key: "attributes",
    until: "0.142.0",
    instead: "enable attributes by resource_attributes of each detector",
  },
  {
    role: "exporter",
    kind: "otlphttp",
    key: "sending_queue.batch.partition",
    since: "0.147.0",
    instead: "use one exporter per tenant",
  },
];

/** Values that exist only from some version on. */
export const VALUE_RANGES: readonly (KeyRange & { readonly value: RegExp })[] = [
  {
    role: "processor",
    kind: "redaction",
    key: "hash_function",
    value: /^hmac-/,
    since: "0.147.0",
    instead: "mask without a hash, or use collector 0.147.0 or newer",
  },
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

/** Canonical name of a component, however a configuration calls it. */
export function canonicalKind(role: Role, name: string): string {
  return RENAMINGS.find((r) => r.role === role && r.name === name)?.kind ?? name;
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

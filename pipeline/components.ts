/**
 * The components this pipeline is built of: for each role, kind by kind, the settings that are written. Keys are the collector's own, so its
 * documentation is ours.
 */
import type { Component, Duration, NoSettings } from "./component.ts";
import type { ContainerLogs } from "./logged-container.ts";
import type { Processors } from "./processors.ts";
import type { ComponentRef, SecretFileRef, SecretRef } from "./reference.ts";

export type { Statements } from "./processors.ts";

/** A component of one of the kinds of a table, with the settings of that kind. */
type Of<Kinds, K extends keyof Kinds> = {
  [Kind in K]: Kind extends string ? Component<Kind, Kinds[Kind] & object> : never;
}[K];

export type Receiver<K extends keyof Receivers = keyof Receivers> = Of<Receivers, K>;
export type Processor<K extends keyof Processors = keyof Processors> = Of<Processors, K>;
export type Connector<K extends keyof Connectors = keyof Connectors> = Of<Connectors, K>;
export type Exporter<K extends keyof Exporters = keyof Exporters> = Of<Exporters, K>;
export type Extension<K extends keyof Extensions = keyof Extensions> = Of<Extensions, K>;

/** A value that may be plain, or known only inside the container. */
export type TextOrSecret = string | SecretRef;

/** Metrics that are on or off by their name. */
type Toggles = Readonly<Record<string, { readonly enabled: boolean }>>;

interface Scraped {
  readonly endpoint: string;
  readonly collection_interval: Duration;
}

/** A store that is asked with its own protocol. */
interface Store extends Scraped {
  readonly tls: { readonly insecure: boolean; readonly ca_file?: SecretFileRef };
  readonly metrics: Toggles;
}

/** Extensions that requests pass, the outermost first. */
export type Middlewares = readonly { readonly id: ComponentRef }[];

interface Receivers {
  readonly otlp: {
    readonly protocols: {
      readonly grpc?: {
        readonly endpoint: string;
        readonly max_recv_msg_size_mib: number;
        readonly middlewares?: Middlewares;
      };
      readonly http: {
        readonly endpoint: string;
        readonly include_metadata?: true;
        readonly middlewares?: Middlewares;
      };
    };
  };
  readonly postgresql: Store & {
    readonly username: TextOrSecret;
    readonly password: SecretRef;
    /** Databases to observe. Empty: all of them. */
    readonly databases: readonly string[];
  };
  readonly redis: Store & { readonly username?: TextOrSecret; readonly password?: SecretRef };
  readonly nginx: Scraped;
  readonly docker_stats: Scraped & {
    /** A string: unquoted, YAML would read 1.40 as the number 1.4. */
    readonly api_version: string;
    readonly timeout: Duration;
    /** Label of a container -> the resource attribute that its value becomes. */
    readonly container_labels_to_metric_labels?: Readonly<Record<string, string>>;
    readonly metrics: Toggles;
  };
  /** Of our distribution only: images/programs/dockerlogs. */
  readonly dockerlogs: ContainerLogs & { readonly storage: ComponentRef };
  readonly hostmetrics: {
    readonly root_path: string;
    readonly collection_interval: Duration;
    readonly scrapers: Readonly<Record<"load" | "network" | "paging" | "processes", NoSettings>> &
      Readonly<Record<"cpu" | "memory", { readonly metrics: Toggles }>> & {
        readonly disk: { readonly exclude: { readonly match_type: "regexp"; readonly devices: readonly string[] } };
        readonly filesystem: {
          readonly metrics: Toggles;
          readonly exclude_mount_points: { readonly match_type: "regexp"; readonly mount_points: readonly string[] };
          readonly exclude_fs_types: { readonly match_type: "strict"; readonly fs_types: readonly string[] };
        };
      };
  };
  readonly prometheus: { readonly config: { readonly scrape_configs: readonly ScrapeJob[] } };
}

interface ScrapeJob {
  readonly job_name: string;
  readonly scrape_interval: Duration;
  readonly metrics_path?: string;
  readonly params?: Readonly<Record<string, readonly string[]>>;
  readonly scheme?: "https";
  readonly tls_config?: { readonly ca_file: SecretFileRef };
  readonly static_configs: readonly { readonly targets: readonly string[] }[];
  readonly metric_relabel_configs?: readonly MetricRelabelling[];
}

/** Which scraped series are left out, or alone are taken: those whose values of these labels, joined by semicolons, match whole. */
export interface MetricRelabelling {
  readonly source_labels: readonly string[];
  readonly regex: string;
  readonly action: "drop" | "keep";
}

interface Connectors {
  readonly spanmetrics: {
    readonly namespace: string;
    readonly histogram: { readonly unit: "s" } & (
      | { readonly explicit: { readonly buckets: readonly Duration[] } }
      | { readonly exponential: { readonly max_size: number } }
    );
    readonly dimensions: readonly { readonly name: string }[];
    readonly exclude_dimensions: readonly string[];
    readonly resource_metrics_key_attributes: readonly string[];
    readonly exemplars: { readonly enabled: boolean; readonly max_per_data_point: number };
    readonly metrics_flush_interval: Duration;
    readonly metrics_expiration: Duration;
    readonly aggregation_cardinality_limit: number;
    readonly aggregation_temporality: "AGGREGATION_TEMPORALITY_CUMULATIVE" | "AGGREGATION_TEMPORALITY_DELTA";
  };
  readonly servicegraph: {
    readonly latency_histogram_buckets: readonly Duration[];
    readonly store: { readonly ttl: Duration; readonly max_items: number };
    readonly virtual_node_peer_attributes: readonly string[];
    readonly database_name_attributes: readonly string[];
    readonly metrics_flush_interval: Duration;
  };
  readonly forward: NoSettings;
}

export type Compression = "gzip" | "zstd" | "snappy" | "none";

interface Exporters {
  readonly otlphttp: {
    /** Base address; the exporter appends `/v1/traces`, `/v1/metrics`, `/v1/logs`. */
    readonly endpoint?: TextOrSecret;
    readonly traces_endpoint?: TextOrSecret;
    readonly metrics_endpoint?: TextOrSecret;
    readonly logs_endpoint?: TextOrSecret;
    readonly profiles_endpoint?: TextOrSecret;
    readonly headers?: Readonly<Record<string, TextOrSecret>>;
    readonly auth?: { readonly authenticator: ComponentRef };
    readonly middlewares?: Middlewares;
    readonly tls?: Partial<Readonly<Record<"ca_file" | "cert_file" | "key_file", SecretFileRef>>>;
    readonly compression: Compression;
    readonly timeout: Duration;
    readonly retry_on_failure: {
      readonly enabled: boolean;
      readonly initial_interval: Duration;
      readonly max_interval: Duration;
      /** `0s` never gives up; any other value drops data once it has passed. */
      readonly max_elapsed_time: Duration;
    };
    readonly sending_queue: {
      readonly enabled: boolean;
      readonly sizer: "items";
      /** In the unit of `sizer`. */
      readonly queue_size: number;
      readonly num_consumers: number;
      readonly block_on_overflow: boolean;
      readonly storage: ComponentRef;
      /** Default: what is in the queue is sent as it came in. */
      readonly batch?: {
        /** Always written: versions before 0.145 do not inherit the queue's. */
        readonly sizer: "items" | "bytes";
        readonly min_size: number;
        readonly max_size: number;
        readonly flush_timeout: Duration;
      };
    };
  };
  /** By DNS: each of several collectors gets the part that belongs to it by its key. */
  readonly loadbalancing: {
    readonly routing_key: "traceID" | "resource";
    readonly resolver: {
      readonly dns: { readonly hostname: string; readonly port: string } & Readonly<
        Record<"interval" | "timeout", Duration>
      >;
    };
    readonly protocol: {
      readonly otlp: {
        readonly tls: { readonly insecure: true };
        readonly compression: "none";
        readonly timeout: Duration;
        readonly sending_queue: { readonly enabled: false };
        readonly retry_on_failure: { readonly enabled: false };
      };
    };
    readonly retry_on_failure: Exporters["otlphttp"]["retry_on_failure"];
    readonly sending_queue: Exporters["otlphttp"]["sending_queue"];
  };
}

interface Extensions {
  readonly health_check: { readonly endpoint: string };
  readonly file_storage: Readonly<Record<"create_directory" | "fsync" | "recreate", boolean>> & {
    readonly directory: string;
    readonly timeout: Duration;
    readonly compaction: {
      /** The queue's own directory: the compacted file is moved into place, which fails across file systems. */
      readonly directory: string;
      readonly on_start: boolean;
      readonly on_rebound: boolean;
      readonly cleanup_on_start: boolean;
    };
  };
  readonly basicauth: { readonly client_auth: { readonly username: TextOrSecret; readonly password: SecretRef } };
  /** Of our distribution only: images/programs/intakelimit. */
  readonly intake_limit: {
    /** Bodies that are being received, uncompressed, of all receivers together. */
    readonly max_bytes: number;
    readonly max_waiting: number;
    readonly wait: Duration;
  };
  /** Of our distribution only: images/programs/retryablestatus. */
  readonly retryable_status: {
    /** HTTP status codes that are tried again although OTLP calls them final. */
    readonly codes: readonly number[];
    /** Refusals of one request, each with others accepted in between, after which it is its own fault. */
    readonly lone_refusals: number;
    /** How long one request is tried at most. */
    readonly max_age: Duration;
  };
}

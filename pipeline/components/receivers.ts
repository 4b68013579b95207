import type { Component, Duration } from "../component.ts";
import type { SecretFileRef, SecretRef } from "../reference.ts";

export interface ClientTls {
  readonly insecure?: boolean;
  readonly insecure_skip_verify?: boolean;
  readonly ca_file?: SecretFileRef;
}

type Toggles = Readonly<Record<string, { readonly enabled: boolean }>>;

export type OtlpReceiver = Component<
  "otlp",
  {
    readonly protocols: {
      readonly grpc?: { readonly endpoint: string; readonly max_recv_msg_size_mib?: number };
      readonly http?: { readonly endpoint: string; readonly max_request_body_size?: number };
    };
  }
>;

export type PostgresqlReceiver = Component<
  "postgresql",
  {
    readonly endpoint: string;
    readonly username: string | SecretRef;
    readonly password: SecretRef;
    /** Databases to observe. Empty: all of them. */
    readonly databases: readonly string[];
    readonly collection_interval: Duration;
    readonly tls: ClientTls;
    readonly metrics?: Toggles;
  }
>;

export type RedisReceiver = Component<
  "redis",
  {
    readonly endpoint: string;
    readonly username?: string | SecretRef;
    readonly password?: SecretRef;
    readonly collection_interval: Duration;
    readonly tls: ClientTls;
    readonly metrics?: Toggles;
  }
>;

export type NginxReceiver = Component<"nginx", { readonly endpoint: string; readonly collection_interval: Duration }>;

export type DockerStatsReceiver = Component<
  "docker_stats",
  {
    readonly endpoint: string;
    /** A string: unquoted, YAML would read 1.40 as the number 1.4. */
    readonly api_version: string;
    readonly collection_interval: Duration;
    readonly timeout: Duration;
    /** Label of a container -> the resource attribute that its value becomes. */
    readonly container_labels_to_metric_labels?: Readonly<Record<string, string>>;
    readonly metrics?: Toggles;
  }
>;

interface HostScraper {
  readonly metrics?: Toggles;
}

export type HostmetricsReceiver = Component<
  "hostmetrics",
  {
    readonly root_path: string;
    readonly collection_interval: Duration;
    readonly scrapers: {
      readonly cpu?: HostScraper;
      readonly load?: HostScraper;
      readonly memory?: HostScraper;
      readonly disk?: HostScraper & {
        readonly exclude?: { readonly match_type: "regexp"; readonly devices: readonly string[] };
      };
      readonly filesystem?: HostScraper & {
        readonly exclude_mount_points?: {
          readonly match_type: "regexp" | "strict";
          readonly mount_points: readonly string[];
        };
        readonly exclude_fs_types?: { readonly match_type: "regexp" | "strict"; readonly fs_types: readonly string[] };
      };
      readonly network?: HostScraper;
      readonly paging?: HostScraper;
      readonly processes?: HostScraper;
    };
  }
>;

interface ScrapeJob {
  readonly job_name: string;
  readonly scrape_interval: Duration;
  readonly metrics_path?: string;
  readonly params?: Readonly<Record<string, readonly string[]>>;
  readonly scheme?: "https";
  readonly tls_config?: { readonly ca_file: SecretFileRef };
  readonly static_configs: readonly { readonly targets: readonly string[] }[];
  readonly metric_relabel_configs?: readonly {
    readonly source_labels: readonly string[];
    readonly regex: string;
    readonly action: "drop" | "keep";
  }[];
}

export type PrometheusReceiver = Component<
  "prometheus",
  { readonly config: { readonly scrape_configs: readonly ScrapeJob[] } }
>;

export type Receiver =
  | OtlpReceiver
  | PostgresqlReceiver
  | RedisReceiver
  | NginxReceiver
  | DockerStatsReceiver
  | HostmetricsReceiver
  | PrometheusReceiver;

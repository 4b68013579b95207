import type { BackendProfile } from "./backend-profile.ts";
import type { TextOrSecret } from "./components.ts";
import type { ContainerLogs } from "./logged-container.ts";
import type { EnvRef, SecretRef } from "./reference.ts";
import type { Distribution } from "./versions.ts";

/** Everything `buildPipeline` decides from. Plain data, known at preview. */
export interface PipelineInput {
  /** Becomes `deployment.environment.name` of everything. */
  readonly environment: string;
  /** Becomes `service.namespace` where the sender has not set one. */
  readonly namespace: string;
  readonly collector: {
    /** Memory limit of the collector's container; at least 128. */
    readonly memoryMiB: number;
    /** Collector version the configuration is for, 0.141.0 to 0.165.x. */
    readonly version: string;
    /** Only ours can retry what a backend refuses because of the key. */
    readonly distribution: Distribution;
    /** Variable of its container that tells it from others that run the same pipeline. Default: it is the only one. */
    readonly instance?: EnvRef;
  };
  readonly sources: readonly Source[];
  /** Containers whose logs are read. Needs our own distribution. Default: none. */
  readonly containerLogs?: ContainerLogs;
  /** Whether an nginx passes on what the browsers of its visitors send. Default: no. */
  readonly browser?: boolean;
  /** At least one. Several: every one gets everything. */
  readonly backends: readonly BackendProfile[];
  readonly sampling: Sampling;
  /** Whether services sample traces themselves and say so in `tracestate`; backends then get their weight. Own distribution only. Default: no. */
  readonly sampledBefore?: boolean;
  readonly privacy: Privacy;
  /** Own distribution only. Default: 5000 series of each metric. */
  readonly limits?: Limits;
  /**
   * Whether profiles are carried, and how many samples a second come in at most, which sizes their queue. Own distribution only: only its `privacy`
   * processor reads them. Default: none are.
   */
  readonly profiles?: { readonly samplesPerSecond: number };
  /** How long a backend may be down before data is lost. */
  readonly outageBudgetSeconds: number;
  /** Default: `defaultRates`. */
  readonly expected?: ExpectedRates;
  /** How often metrics are scraped, and span metrics and the service graph emitted. Default: `METRICS_INTERVAL_SECONDS`. */
  readonly metricsIntervalSeconds?: number;
  /** How often span metrics and the service graph are emitted. Default: as often as metrics are scraped. */
  readonly redFlushSeconds?: number;
}

export type Sampling = (
  | { readonly mode: "all" }
  | {
      /** `baselinePercent` of the traces, chosen by their id: the same ones everywhere, failed and slow ones no more often than others. */
      readonly mode: "head";
      readonly baselinePercent: number;
    }
  | {
      /** Whole traces are kept when one span failed or was slow; of the rest `baselinePercent`. */
      readonly mode: "tail";
      readonly baselinePercent: number;
      readonly slowMs: number;
      /** How long a trace is collected before the decision. Default: 10, and 5 more than `slowMs` takes. */
      readonly decisionWaitSeconds?: number;
    }
) & {
  /** Most spans a second that leave; what exceeds them is sampled down by trace. Own distribution only. Default: none. */
  readonly ceiling?: number;
};

export interface Privacy {
  /** Further regular expressions (RE2); what matches in any value is masked. */
  readonly patterns: readonly string[];
  /** Attribute keys left alone, whatever they hold. */
  readonly keep: readonly string[];
  /** What happens to identities. Default: mask. `hash` needs `hashKey`; secrets are masked always. */
  readonly action?: "mask" | "hash" | "drop";
  /** What happens to the addresses of people. Default: truncate, to the network. */
  readonly addresses?: "truncate" | "mask" | "keep";
  /** Key of the hashes, so that nobody without it can compute them. Upstream images need 0.147. */
  readonly hashKey?: SecretRef;
}

export interface Limits {
  /** Series of one metric, of all services together. */
  readonly series?: number;
  /** Of some metrics, by name. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** Records of one message of one service in ten seconds; of more, ever fewer pass. Default: all pass. */
  readonly repeatedRecords?: number;
}

/** Upper estimates a second, all services together; they size the queue. */
export interface ExpectedRates {
  readonly spans: number;
  readonly metricPoints: number;
  readonly logRecords: number;
}

export const METRICS_INTERVAL_SECONDS = 15;

export const defaultRates: ExpectedRates = { spans: 100, metricPoints: 100, logRecords: 100 };

/** The rates that config key `expected` says, and the default of those that it does not: a program has them all, a stack's file read alone may not. */
export const ratesOf = ({
  spans = defaultRates.spans,
  points = defaultRates.metricPoints,
  records = defaultRates.logRecords,
}: {
  readonly spans?: number | undefined;
  readonly points?: number | undefined;
  readonly records?: number | undefined;
}): ExpectedRates => ({ spans, metricPoints: points, logRecords: records });

interface SourceBase<Kind extends string> {
  readonly kind: Kind;
  /** `service.name` of the thing observed, unique among the sources. Default: the kind. */
  readonly name?: string;
}

/** A store and how it is reached. */
interface StoreSource<Kind extends string> extends SourceBase<Kind> {
  /** `host:port`, an IPv6 address in brackets. */
  readonly endpoint: string;
  /** Encrypted, and the server's certificate and name verified. Default: false, as on a network of containers. */
  readonly tls?: boolean;
  /** Name of the secret file with the authority to verify against. Default: the public ones. */
  readonly caSecret?: string;
}

export interface PostgresSource extends StoreSource<"postgres"> {
  /** A role with `pg_read_all_stats`, nothing more. */
  readonly user: TextOrSecret;
  /** Name of the secret file with its password, written as a value of a libpq connection string: the receiver does not quote it. */
  readonly passwordSecret: string;
  /** Empty: all databases. */
  readonly databases: readonly string[];
}

export interface RedisSource extends StoreSource<"redis"> {
  readonly user?: TextOrSecret;
  readonly passwordSecret?: string;
}

/** Its Prometheus plugin: port 15692 by default of RabbitMQ, 15691 with TLS. */
export type RabbitmqSource = StoreSource<"rabbitmq">;

export interface NginxSource extends SourceBase<"nginx"> {
  /** Full address of `stub_status`. */
  readonly endpoint: string;
}

export interface DockerSource extends SourceBase<"docker"> {
  /** Address of a read-only proxy of the Docker API: `unix:///path` or `http://host:port`. */
  readonly endpoint: string;
  /** Labels and their values: only containers that carry all of them are reported. Default: every container of the engine. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface HostSource extends SourceBase<"host"> {
  /** Becomes `host.name`; inside a container the collector cannot know it. */
  readonly hostName: string;
}

export type Source = PostgresSource | RedisSource | RabbitmqSource | NginxSource | DockerSource | HostSource;

export function sourceName(source: Source): string {
  return source.name ?? source.kind;
}

/** Seconds between two readings of everything measured. */
export const metricsSeconds = ({ metricsIntervalSeconds = METRICS_INTERVAL_SECONDS }: PipelineInput): number =>
  metricsIntervalSeconds;

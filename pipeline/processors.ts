import type { Duration, NoSettings } from "./component.ts";
import type { EnvRef, SecretRef } from "./reference.ts";

/** A record whose condition or statement fails is left as it is. */
type Tolerant = { readonly error_mode: "ignore" };

export interface Statements<Context extends string> {
  readonly context: Context;
  /** OTTL: the statements run where any of these holds. Without: everywhere. */
  readonly conditions?: readonly string[];
  /** OTTL, with `$1` written plainly: escaping is the renderer's. */
  readonly statements: readonly string[];
}

/** Kind by kind, the settings of processors that are written. */
export interface Processors {
  readonly memory_limiter: Readonly<Record<"limit_mib" | "spike_limit_mib", number>> & {
    readonly check_interval: Duration;
  };
  readonly batch: {
    readonly timeout: Duration;
    readonly send_batch_size: number;
    readonly send_batch_max_size: number;
  };
  readonly resource: {
    readonly attributes: readonly {
      readonly key: string;
      readonly action: "insert" | "upsert" | "delete";
      readonly value?: string | EnvRef;
      readonly from_context?: string;
    }[];
  };
  /** Records for which any condition (OTTL) holds are dropped. */
  readonly filter: Tolerant & {
    readonly traces?: { readonly span?: readonly string[]; readonly spanevent?: readonly string[] };
    readonly metrics?: { readonly metric?: readonly string[]; readonly datapoint?: readonly string[] };
  };
  readonly transform: Tolerant & {
    readonly trace_statements?: readonly Statements<"resource" | "span" | "spanevent">[];
    readonly metric_statements?: readonly Statements<"resource" | "metric" | "datapoint">[];
    readonly log_statements?: readonly Statements<"resource" | "log">[];
  };
  readonly redaction: {
    readonly allow_all_keys: boolean;
    /** Also numbers: identifiers are often sent as integers. */
    readonly redact_all_types: boolean;
    readonly blocked_key_patterns: readonly string[];
    readonly blocked_values: readonly string[];
    readonly ignored_keys: readonly string[];
    readonly ignored_key_patterns?: readonly string[];
    readonly hash_function?: "hmac-sha256";
    readonly hmac_key?: SecretRef;
    readonly summary: "silent";
  };
  readonly tail_sampling: {
    readonly decision_wait: Duration;
    readonly num_traces: number;
    readonly expected_new_traces_per_sec: number;
    readonly decision_cache: { readonly sampled_cache_size: number; readonly non_sampled_cache_size: number };
    readonly policies: readonly SamplingPolicy[];
  };
  readonly probabilistic_sampler: {
    readonly mode: "equalizing";
    readonly sampling_percentage: number;
    readonly fail_closed: boolean;
  };
  /** Of our distribution only: images/programs/clockguard. */
  readonly clock_guard: { readonly max_ahead: Duration; readonly max_behind: Duration };
  /** Of our distribution only: images/programs/tracesampler. */
  readonly trace_sampler: {
    readonly mode: "head" | "tail";
    /** Per cent of the traces, in tail mode of those that are neither failed nor slow. */
    readonly baseline: number;
    readonly slow?: Duration;
    readonly decision_wait?: Duration;
    readonly memory_bytes: number;
    /** Spans a second. */
    readonly ceiling?: number;
    /** Span attributes in which backends read for how many spans one stands. */
    readonly rate_attributes?: readonly string[];
  };
  readonly cumulativetodelta: { readonly max_staleness: Duration; readonly initial_value: "drop" };
  /** Of our distribution only: images/programs/privacy. */
  readonly privacy: {
    readonly action: "mask" | "hash" | "drop";
    readonly addresses: "truncate" | "mask" | "keep";
    readonly patterns?: readonly string[];
    readonly keep?: readonly string[];
    readonly hash_key?: SecretRef;
  };
  /** Of our distribution only: images/programs/logdedup. */
  readonly log_dedup: { readonly limit: number; readonly window: Duration };
  /** Of our distribution only: images/programs/serieslimit. */
  readonly series_limit: {
    readonly per_metric: number;
    readonly metrics?: Readonly<Record<string, number>>;
    readonly expire: Duration;
  };
  /** Of our distribution only: images/programs/seriesstart. */
  readonly series_start:
    | { readonly source: "sdk" }
    /** `interval`: how often the connector emits its series. */
    | { readonly source: "connector"; readonly interval: Duration };
  /** Of our distribution only: images/programs/dropoverflow. */
  readonly drop_overflow: NoSettings;
  /** Of our distribution only: images/programs/itemcounter, images/programs/ledger. */
  readonly item_counter: { readonly place: string };
  readonly ledger: { readonly rules: readonly string[] };
}

type SamplingPolicy = { readonly name: string } & (
  | { readonly type: "status_code"; readonly status_code: { readonly status_codes: readonly ["ERROR"] } }
  | { readonly type: "latency"; readonly latency: { readonly threshold_ms: number } }
  | { readonly type: "probabilistic"; readonly probabilistic: { readonly sampling_percentage: number } }
);

import type { Component, Duration } from "../component.ts";
import type { SecretRef } from "../reference.ts";

export type MemoryLimiterProcessor = Component<
  "memory_limiter",
  { readonly check_interval: Duration; readonly limit_mib: number; readonly spike_limit_mib: number }
>;

export type BatchProcessor = Component<
  "batch",
  { readonly timeout: Duration; readonly send_batch_size: number; readonly send_batch_max_size: number }
>;

export interface ResourceAction {
  readonly key: string;
  readonly action: "insert" | "update" | "upsert" | "delete";
  readonly value?: string;
  readonly from_attribute?: string;
}

export type ResourceProcessor = Component<"resource", { readonly attributes: readonly ResourceAction[] }>;

export type ErrorMode = "ignore" | "silent" | "propagate";

export type FilterProcessor = Component<
  "filter",
  {
    readonly error_mode: ErrorMode;
    /** Records for which any condition (OTTL) holds are dropped. */
    readonly traces?: { readonly span?: readonly string[]; readonly spanevent?: readonly string[] };
    readonly metrics?: { readonly metric?: readonly string[]; readonly datapoint?: readonly string[] };
    readonly logs?: { readonly log_record?: readonly string[] };
  }
>;

export interface Statements<Context extends string> {
  readonly context: Context;
  /** OTTL, with `$1` written plainly: escaping is the renderer's. */
  readonly statements: readonly string[];
}

export type TransformProcessor = Component<
  "transform",
  {
    readonly error_mode: ErrorMode;
    readonly trace_statements?: readonly Statements<"resource" | "scope" | "span" | "spanevent">[];
    readonly metric_statements?: readonly Statements<"resource" | "scope" | "metric" | "datapoint">[];
    readonly log_statements?: readonly Statements<"resource" | "scope" | "log">[];
  }
>;

export type RedactionProcessor = Component<
  "redaction",
  {
    readonly allow_all_keys: boolean;
    /** Also numbers: identifiers are often sent as integers. */
    readonly redact_all_types: boolean;
    readonly blocked_key_patterns: readonly string[];
    readonly blocked_values: readonly string[];
    readonly ignored_keys?: readonly string[];
    readonly ignored_key_patterns?: readonly string[];
    readonly hash_function?: "hmac-sha256" | "sha3" | "sha1" | "md5";
    readonly hmac_key?: SecretRef;
    readonly summary: "silent" | "info" | "debug";
  }
>;

interface PolicyBase<Type extends string> {
  readonly name: string;
  readonly type: Type;
}

export type SamplingPolicy =
  | (PolicyBase<"status_code"> & {
      readonly status_code: { readonly status_codes: readonly ("ERROR" | "OK" | "UNSET")[] };
    })
  | (PolicyBase<"latency"> & { readonly latency: { readonly threshold_ms: number } })
  | (PolicyBase<"probabilistic"> & { readonly probabilistic: { readonly sampling_percentage: number } })
  | (PolicyBase<"ottl_condition"> & {
      readonly ottl_condition: { readonly error_mode: ErrorMode; readonly span: readonly string[] };
    });

export type TailSamplingProcessor = Component<
  "tail_sampling",
  {
    readonly decision_wait: Duration;
    readonly num_traces: number;
    readonly expected_new_traces_per_sec: number;
    readonly decision_cache: { readonly sampled_cache_size: number; readonly non_sampled_cache_size: number };
    readonly policies: readonly SamplingPolicy[];
  }
>;

export type CumulativeToDeltaProcessor = Component<
  "cumulativetodelta",
  { readonly max_staleness: Duration; readonly initial_value: "auto" | "keep" | "drop" }
>;

export type ProbabilisticSamplerProcessor = Component<
  "probabilistic_sampler",
  { readonly sampling_percentage: number; readonly mode?: "proportional" | "equalizing" | "hash_seed" }
>;

/** Of our distribution only: images/collector/dropoverflow. */
export type DropOverflowProcessor = Component<"drop_overflow", Readonly<Record<string, never>>>;

export type Processor =
  | DropOverflowProcessor
  | MemoryLimiterProcessor
  | BatchProcessor
  | ResourceProcessor
  | FilterProcessor
  | TransformProcessor
  | RedactionProcessor
  | TailSamplingProcessor
  | CumulativeToDeltaProcessor
  | ProbabilisticSamplerProcessor;

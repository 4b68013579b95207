import type { Stream } from "../record/intake.ts";

/** Lists and maps are kept as their JSON text. */
export type Value = string | number | boolean;
export type Attributes = Readonly<Record<string, Value>>;

/** What every backend received of the same minutes. */
export interface Recording {
  /** Milliseconds since 1970; all times are milliseconds since then. */
  readonly begun: number;
  readonly streams: Readonly<Record<Stream, Received>>;
}

export interface Received {
  readonly series: readonly Series[];
  readonly spans: readonly Span[];
  readonly logs: readonly Log[];
}

export type MetricKind = "gauge" | "sum" | "histogram" | "exponential";

/** One metric with one set of attributes, as OTLP carries it. */
export interface Series {
  readonly resource: Attributes;
  readonly scope: string;
  readonly name: string;
  readonly unit: string;
  readonly kind: MetricKind;
  /** Sums only. */
  readonly monotonic?: boolean;
  /** Sums and histograms only. */
  readonly temporality?: "delta" | "cumulative";
  readonly attributes: Attributes;
  /** In the order of their time. */
  readonly points: readonly Point[];
}

export interface Point {
  readonly time: number;
  readonly start: number;
  /** True: the source said that it has no value any more. */
  readonly stale?: boolean;
  /** Of gauges and sums. */
  readonly value?: number;
  /** Of histograms. */
  readonly count?: number;
  readonly sum?: number;
  readonly min?: number;
  readonly max?: number;
  /** Upper bounds of all buckets but the last. */
  readonly bounds?: readonly number[];
  readonly buckets?: readonly number[];
  readonly exponential?: Exponential;
}

export interface Exponential {
  readonly scale: number;
  readonly zero: number;
  readonly offset: number;
  readonly counts: readonly number[];
}

export interface Span {
  readonly resource: Attributes;
  /** Number of its trace in the recording. */
  readonly trace: number;
  readonly name: string;
  /** As OTLP numbers them: 2 is a server, 5 a consumer. */
  readonly kind: number;
  readonly start: number;
  readonly durationMs: number;
  /** 0 unset, 1 ok, 2 error. */
  readonly status: number;
  readonly attributes: Attributes;
  /** Events of the span: names alone. */
  readonly events: readonly string[];
  /** W3C tracestate, where there is one: probability sampling writes its threshold there. */
  readonly state?: string;
}

export interface Log {
  readonly resource: Attributes;
  readonly time: number;
  readonly severity: number;
  readonly body: string;
  readonly attributes: Attributes;
}

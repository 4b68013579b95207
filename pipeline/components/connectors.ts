import type { Component, Duration } from "../component.ts";

interface Dimension {
  readonly name: string;
  readonly default?: string;
}

export type SpanMetricsConnector = Component<
  "spanmetrics",
  {
    readonly namespace: string;
    readonly histogram: { readonly unit: "s" | "ms" } & (
      | { readonly explicit: { readonly buckets: readonly Duration[] } }
      | { readonly exponential: { readonly max_size: number } }
    );
    readonly dimensions: readonly Dimension[];
    readonly exclude_dimensions?: readonly string[];
    readonly resource_metrics_key_attributes: readonly string[];
    readonly exemplars: { readonly enabled: boolean; readonly max_per_data_point: number };
    readonly metrics_flush_interval: Duration;
    readonly metrics_expiration: Duration;
    readonly aggregation_cardinality_limit: number;
    readonly aggregation_temporality: "AGGREGATION_TEMPORALITY_CUMULATIVE" | "AGGREGATION_TEMPORALITY_DELTA";
  }
>;

export type ServiceGraphConnector = Component<
  "servicegraph",
  {
    readonly latency_histogram_buckets: readonly Duration[];
    readonly store: { readonly ttl: Duration; readonly max_items: number };
    readonly virtual_node_peer_attributes: readonly string[];
    readonly database_name_attributes: readonly string[];
    readonly metrics_flush_interval: Duration;
  }
>;

export type ForwardConnector = Component<"forward", Readonly<Record<string, never>>>;

export type Connector = SpanMetricsConnector | ServiceGraphConnector | ForwardConnector;

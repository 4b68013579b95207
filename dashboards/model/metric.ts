import type { Source } from "./source.ts";

/** How a metric behaves over time; decides which functions may be applied to it. */
export type MetricKind = "counter" | "updown" | "gauge" | "histogram";

/** One metric as the pipeline produces it, by its OpenTelemetry name. */
export interface Metric {
  readonly name: string;
  readonly kind: MetricKind;
  /** OpenTelemetry unit (UCUM), exactly as the producer states it: it becomes part of the Prometheus name. */
  readonly unit: string;
  readonly source: Source;
  /** Attributes that distinguish its series, resource attributes included. */
  readonly attributes: readonly string[];
}

const UNIT_WORDS: Readonly<Record<string, string>> = {
  s: "seconds",
  ms: "milliseconds",
  us: "microseconds",
  ns: "nanoseconds",
  By: "bytes",
  "{ops}/s": "per_second",
};

/** Label a Prometheus server gives to an attribute when it takes OTLP in. */
export function prometheusLabel(attribute: string): string {
  return attribute.replace(/[^A-Za-z0-9_]/g, "_");
}

/**
 * The name Prometheus' OTLP receiver stores a metric under, without histogram suffixes.
 * The unit is appended unless the name says it already; counters end in `_total`; a gauge of unit 1 is a ratio.
 */
export function prometheusName(metric: Pick<Metric, "name" | "kind" | "unit">): string {
  const words = metric.name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const unit = unitWord(metric);
  const counter = metric.kind === "counter";
  const kept = counter ? words.filter((word) => word !== "total") : words;
  const withUnit = unit === undefined || unit.split("_").every((word) => kept.includes(word)) ? kept : [...kept, unit];
  const tail = counter ? ["total"] : [];
  return [...withUnit, ...tail].join("_");
}

function unitWord(metric: Pick<Metric, "kind" | "unit">): string | undefined {
  if (metric.unit === "1") return metric.kind === "gauge" ? "ratio" : undefined;
  return UNIT_WORDS[metric.unit];
}

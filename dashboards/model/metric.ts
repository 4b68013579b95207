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

/**
 * Names as Prometheus' OTLP receiver makes them, and Mimir with it.
 * https://github.com/prometheus/otlptranslator/blob/v1.0.0/metric_namer.go
 */
const UNITS: Readonly<Record<string, string>> = {
  ...{ d: "days", h: "hours", min: "minutes", s: "seconds", ms: "milliseconds", us: "microseconds", ns: "nanoseconds" },
  ...{ By: "bytes", KiBy: "kibibytes", MiBy: "mebibytes", GiBy: "gibibytes", TiBy: "tibibytes" },
  ...{ KBy: "kilobytes", MBy: "megabytes", GBy: "gigabytes", TBy: "terabytes" },
  ...{ m: "meters", V: "volts", A: "amperes", J: "joules", W: "watts", g: "grams" },
  ...{ Cel: "celsius", Hz: "hertz", "1": "", "%": "percent" },
};
const PER: Readonly<Record<string, string>> = {
  ...{ s: "second", m: "minute", h: "hour", d: "day", w: "week", mo: "month", y: "year" },
};

/** Label a Prometheus server gives to an attribute when it takes OTLP in; it begins with a letter, or with two underscores. */
export function prometheusLabel(attribute: string): string {
  const label = attribute.replace(/[^A-Za-z0-9_]/gu, "_");
  if (/^\d/.test(label)) return `key_${label}`;
  return /^_(?!_)/.test(label) ? `key${label}` : label;
}

/**
 * The name Prometheus' OTLP receiver stores a metric under, without histogram suffixes.
 * The unit is appended unless the name says it already; counters end in `_total`; a gauge of unit 1 is a ratio.
 */
export function prometheusName(metric: Pick<Metric, "name" | "kind" | "unit">): string {
  const { kind, unit } = metric;
  const words = metric.name.split(/[^A-Za-z0-9:]+/).filter((word) => word !== "");
  const named = [...words, ...unitWords(unit).filter((word) => !words.includes(word))];
  const last = kind === "counter" ? "total" : kind === "gauge" && unit === "1" ? "ratio" : undefined;
  const name = (last === undefined ? named : [...named.filter((word) => word !== last), last]).join("_");
  return /^\d/.test(name) ? `_${name}` : name;
}

/** What a unit adds to a name: of `By/s` bytes and per_second, of what stands in braces nothing. */
function unitWords(unit: string): readonly string[] {
  const [, of = "", , each = ""] = /^([^/]*)(\/(.*))?$/s.exec(unit) ?? [];
  const main = asWord(of, UNITS);
  const per = asWord(each, PER).replace(/_$/, "");
  return [per === "" ? main : main.replace(/_$/, ""), per === "" ? "" : `per_${per}`].filter((word) => word !== "");
}

function asWord(text: string, known: Readonly<Record<string, string>>): string {
  const unit = text.trim();
  if (/[{}]/.test(unit)) return "";
  return (Object.hasOwn(known, unit) ? (known[unit] ?? "") : unit)
    .replace(/[^A-Za-z0-9:]/gu, "_")
    .replace(/_+/g, "_")
    .replace(/^_/, "");
}

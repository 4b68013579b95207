import { PROMOTED_ATTRIBUTES } from "../../dashboards/promoted-attributes.ts";
import { type Json, list, object, text } from "../../verify/json.ts";
import { isVolatile } from "./known-values.ts";
import type { MetricShape, MetricType } from "./model.ts";
import { type Field, fieldsOf, type Leaf, leavesOf, METRICS, millis } from "./otlp.ts";
import { Fields, obtain } from "./seen.ts";

const DATA = ["gauge", "sum", "histogram", "exponentialHistogram", "summary"] as const;

/** Resource attributes that a store keeps as labels of every series. */
const LABELS: ReadonlySet<string> = new Set(PROMOTED_ATTRIBUTES);

export function metricShapes(requests: readonly Json[], roundOf: (at: number) => number): readonly MetricShape[] {
  const shapes = new Map<string, Metric>();
  for (const leaf of leavesOf(requests, METRICS)) {
    const key = JSON.stringify([leaf.service, text(leaf.item.name)]);
    obtain(shapes, key, () => new Metric(leaf)).add(leaf, roundOf);
  }
  return [...shapes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, metric]) => metric.result);
}

class Metric {
  readonly #first: Leaf;
  readonly #times = new Map<number, number>();
  readonly #exemplars = new Map<number, number>();
  readonly #series = new Set<string>();
  readonly #attributes = new Fields();

  constructor(first: Leaf) {
    this.#first = first;
  }

  add({ item, resource }: Leaf, roundOf: (at: number) => number): void {
    const labels = resource.filter(({ key }) => LABELS.has(key));
    for (const point of list(object(item[dataOf(item) ?? ""]).dataPoints).map(object)) {
      // what a source no longer has a value of is an end, not a report
      if (Number(point.flags ?? 0) === 1) continue;
      const at = millis(point.timeUnixNano);
      const round = roundOf(at);
      this.#times.set(at, round);
      if (list(point.exemplars).some((one) => text(object(one).traceId) !== "")) this.#exemplars.set(at, round);
      const fields = [...fieldsOf(point.attributes), ...labels];
      const series = seriesKey(fields);
      if (this.#series.has(series)) continue;
      this.#series.add(series);
      this.#attributes.add(fields, round);
    }
  }

  get result(): MetricShape {
    const { service, scope, item } = this.#first;
    const data = dataOf(item);
    return {
      service,
      name: text(item.name),
      unit: text(item.unit),
      type: typeOf(item),
      temporality: temporalityOf(object(item[data ?? ""])),
      scope,
      ...seenAt(this.#times),
      series: this.#series.size,
      attributes: this.#attributes.uses,
      exemplars: seenAt(this.#exemplars),
    };
  }
}

const seenAt = (times: ReadonlyMap<number, number>) => ({
  count: times.size,
  rounds: new Set([...times.values()].filter((round) => round >= 0)).size,
});

const seriesKey = (fields: readonly Field[]): string =>
  fields
    .filter(({ key }) => !isVolatile(key))
    .map(({ key, value }) => `${key}=${value}`)
    .sort()
    .join("\n");

const dataOf = (item: Json): string | undefined => DATA.find((kind) => item[kind] !== undefined);

function typeOf(item: Json): MetricType {
  const data = dataOf(item);
  if (data === "gauge" || data === "summary") return data;
  if (data === "sum") return object(item.sum).isMonotonic === true ? "counter" : "updown";
  return "histogram";
}

function temporalityOf({ aggregationTemporality }: Json): MetricShape["temporality"] {
  const kind = Number(aggregationTemporality ?? 0);
  return kind === 1 ? "delta" : kind === 2 ? "cumulative" : "none";
}

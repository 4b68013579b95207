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
  const metrics = new Map<string, Metric>();
  for (const leaf of leavesOf(requests, METRICS))
    obtain(metrics, JSON.stringify([leaf.service, text(leaf.item.name)]), () => new Metric(leaf)).add(leaf, roundOf);
  const most = new Map<string, number>();
  for (const { source, exports } of metrics.values()) most.set(source, Math.max(exports, most.get(source) ?? 0));
  return [...metrics]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, metric]) => metric.result(most.get(metric.source) ?? 0));
}

class Metric {
  readonly #first: Leaf;
  readonly #exports = new Set<number>();
  readonly #active = new Map<number, number>();
  readonly #exemplars = new Map<number, number>();
  readonly #series = new Set<string>();
  readonly #last = new Map<string, number>();
  readonly #attributes = new Fields();

  constructor(first: Leaf) {
    this.#first = first;
  }

  /** What sends it. */
  get source(): string {
    return JSON.stringify([this.#first.service, this.#first.scope]);
  }

  get exports(): number {
    return this.#exports.size;
  }

  add({ item, resource, scope }: Leaf, roundOf: (at: number) => number): void {
    const labels = resource.filter(({ key }) => LABELS.has(key));
    const always = !isCount(item) || /receiver/.test(scope);
    for (const point of list(object(item[dataOf(item) ?? ""]).dataPoints).map(object)) {
      // what a source no longer has a value of is an end, not a report
      if (Number(point.flags ?? 0) === 1) continue;
      const fields = [...fieldsOf(point.attributes), ...labels];
      const key = fields.map((field) => `${field.key}=${field.value}`).join("\n");
      if (!always && this.#begins(key, totalOf(point))) continue;
      const at = millis(point.timeUnixNano);
      const round = roundOf(at);
      this.#exports.add(at);
      if (list(point.exemplars).some((one) => text(object(one).traceId) !== "")) this.#exemplars.set(at, round);
      if (!(this.#hasGrown(key, totalOf(point)) || always)) continue;
      this.#active.set(at, round);
      this.#series.add(seriesKey(fields));
      this.#attributes.add(fields, round);
    }
  }

  /** The collector puts a zero in front of a series, at the time before its first value: no export of its own. */
  #begins(key: string, total: number): boolean {
    if (total !== 0 || this.#last.has(key)) return false;
    this.#last.set(key, 0);
    return true;
  }

  /** Since it was last reported. What is zero is reported on purpose, and so is what is new. */
  #hasGrown(key: string, total: number): boolean {
    const before = this.#last.get(key);
    this.#last.set(key, total);
    return before === undefined || total > before || total === 0;
  }

  result(exports: number): MetricShape {
    const { service, scope, item } = this.#first;
    return {
      service,
      name: text(item.name),
      unit: text(item.unit),
      type: typeOf(item),
      temporality: temporalityOf(object(item[dataOf(item) ?? ""])),
      scope,
      ...seenAt(this.#active),
      exports,
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

/** What only ever grows, as a total since its start. */
function isCount(item: Json): boolean {
  const data = object(item[dataOf(item) ?? ""]);
  return temporalityOf(data) === "cumulative" && (item.sum === undefined || data.isMonotonic === true);
}

const totalOf = (point: Json): number => Number(point.count ?? point.asInt ?? point.asDouble ?? 0);

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

import type { Expression, Where } from "../model/expression.ts";
import { groupedBy } from "../model/expression.ts";
import type { Fidelity } from "../model/fidelity.ts";
import { approximated, EXACT, NAMED_INSTANCES, NEAREST_RECORD, unsupported, worst } from "../model/fidelity.ts";
import type { Metric } from "../model/metric.ts";
import { bound, type Filter, LOGS_ONLY, logFilters, SPANS_ONLY, spanFilters, toFilters } from "./honeycomb-filters.ts";

/**
 * Operations of both kinds of datasets. The metrics dataset holds time series (all teams' do since June 2026), so COUNT without a
 * column, CONCURRENCY and RATE_* are refused there, and COUNT_DATAPOINTS, RATE(), INCREASE() and LAST() exist only there.
 * https://docs.honeycomb.io/troubleshoot/product-lifecycle/recommended-migrations/migrate-to-time-series-metrics-faq
 * https://github.com/honeycombio/agent-skill/blob/main/honeycomb/skills/metrics-queries/SKILL.md
 */
export type CalculationOp =
  | "COUNT"
  | "COUNT_DATAPOINTS"
  | "SUM"
  | "AVG"
  | "MAX"
  | "MIN"
  | "COUNT_DISTINCT"
  | "P50"
  | "P75"
  | "P90"
  | "P95"
  | "P99";

/** `spans` and `logs` live in datasets named after services, so they are asked environment-wide. */
export type HoneycombPlace = "spans" | "metrics" | "logs";

/** One aggregate over the events of a query, or over the series of a metric after its field was computed for each. */
export interface Aggregate {
  readonly op: CalculationOp;
  /** Column, or the expression of a calculated field (it contains a bracket). */
  readonly of?: string;
  readonly filters: readonly Filter[];
}

/** A number: one aggregate, a constant, or a function of numbers as query formulas write it. */
export type Term =
  | { readonly kind: "aggregate"; readonly aggregate: Aggregate }
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "call"; readonly name: string; readonly parts: readonly Term[] };

export interface Compiled {
  /** Undefined: of a constant, which is anywhere. */
  readonly place: HoneycombPlace | undefined;
  readonly term: Term;
  readonly fidelity: Fidelity;
}

/** Over what a query looks: the whole time, and the steps of its graph (one step for a single number). */
export interface Time {
  readonly seconds: number;
  readonly step: number;
}

/** Rates of a graph look back five minutes, as those of rules do; of a single number, over all its time. */
const RATE_WINDOW = 300;

const OWN_BUCKETS = approximated("Honeycomb interpolates within the histogram's buckets in its own way");

/** An expression as numbers of Honeycomb, or why there is none. A constant alone becomes a sign of life. */
export function compileTerm(expression: Expression, time: Time): Compiled {
  if (expression.op !== "constant") return compilePart(expression, time);
  const life = approximated("counts any metric, which is above zero while telemetry arrives");
  return aggregate("metrics", { op: "COUNT_DATAPOINTS", filters: [] }, life);
}

function compilePart(expression: Expression, time: Time): Compiled {
  switch (expression.op) {
    case "rate":
      return metric("SUM", overTime("RATE", countOf(expression.metric), time), expression.where);
    case "increase":
      return metric("SUM", `INCREASE($${countOf(expression.metric)}, ${expression.seconds})`, expression.where);
    case "quantile":
      return metric(percentile(expression.q), expression.metric.name, expression.where, OWN_BUCKETS);
    case "mean": {
      const part = (of: string) =>
        metric("SUM", overTime("RATE", `${expression.metric.name}.${of}`, time), expression.where);
      return quotient(part("sum"), part("count"));
    }
    case "at-most":
      return perSecond(fastSpans(expression), time);
    case "series":
      return metric(
        "COUNT_DISTINCT",
        seriesColumn(expression.metric),
        expression.where,
        expression.metric.source === "presence" ? NAMED_INSTANCES : EXACT,
      );
    case "absent":
      return absent(expression);
    case "level":
      return level(expression);
    case "log-rate":
      return perSecond(records(expression), time);
    case "log-quantile": {
      const filters = [...LOGS_ONLY, ...toFilters(expression.where), ...logFilters("info", expression.contains)];
      const quantile = aggregate(
        "logs",
        { op: percentile(expression.q), of: expression.attribute, filters },
        NEAREST_RECORD,
      );
      const { attribute, least } = expression;
      if (least === undefined) return quantile;
      const beyond: Filter = { column: attribute, op: ">", value: least.above };
      return when(
        quantile,
        ">=",
        orZero(aggregate("logs", { op: "COUNT", filters: [...filters, beyond] })),
        least.records,
      );
    }
    case "ratio":
      return ratio(expression, time);
    case "arithmetic":
      return arithmetic(expression, time);
    case "top":
      return compilePart(expression.of, time);
    case "or-zero":
      return orZero(compilePart(expression.of, time));
    case "only-when":
      return onlyWhen(expression, time);
    case "constant":
      return { place: undefined, term: { kind: "constant", value: expression.value }, fidelity: EXACT };
    case "since":
      return {
        ...aggregate("metrics", { op: "COUNT_DATAPOINTS", filters: [] }),
        fidelity: unsupported("a query cannot compare with the clock"),
      };
    default:
      return expression satisfies never;
  }
}

function aggregate(place: HoneycombPlace, of: Aggregate, fidelity: Fidelity = EXACT): Compiled {
  return { place, term: { kind: "aggregate", aggregate: of }, fidelity };
}

function metric(op: CalculationOp, of: string, where: Where, fidelity: Fidelity = EXACT): Compiled {
  return aggregate("metrics", { op, of, filters: toFilters(where) }, fidelity);
}

/**
 * What a counter did over time, series by series, before their sum: `RATE($x)` over one step, `RATE($x, 300)` over more than one.
 * https://docs.honeycomb.io/investigate/query/apply-temporal-aggregation
 */
function overTime(how: "RATE" | "INCREASE", column: string, { seconds, step }: Time): string {
  return step < seconds ? `${how}($${column}, ${Math.max(step, RATE_WINDOW)})` : `${how}($${column})`;
}

/** Which events an expression counts; undefined where it counts none. */
export function eventFilters(expression: Expression): readonly Filter[] | undefined {
  const counted =
    expression.op === "rate"
      ? spansOf(expression.metric, expression.where)
      : expression.op === "at-most"
        ? aggregateOf(fastSpans(expression))?.filters
        : expression.op === "log-rate"
          ? aggregateOf(records(expression))?.filters
          : undefined;
  return counted;
}

const aggregateOf = ({ term }: Compiled): Aggregate | undefined =>
  term.kind === "aggregate" ? term.aggregate : undefined;

/** Spans that are fast enough. A histogram in the metrics dataset can be asked for percentiles, not for a bucket. */
function fastSpans(expression: Extract<Expression, { op: "at-most" }>): Compiled {
  const { metric: of, where } = expression;
  if (of.source !== "span-metrics" && of.source !== "sdk:http-server") {
    return aggregate(
      "metrics",
      { op: "COUNT_DATAPOINTS", filters: [] },
      unsupported("a bucket of a histogram cannot be asked for"),
    );
  }
  const fast: Filter = { column: "duration_ms", op: "<=", value: expression.bound * 1000 };
  return aggregate("spans", { op: "COUNT", filters: [...spansOf(of, where), fast] }, WEIGHTED);
}

const WEIGHTED = approximated("counted from spans, each as many times as its sample rate says");

/** HTTP server metrics are the server spans, under another name. */
function spansOf(of: Metric, where: Where): readonly Filter[] {
  const entry: Where = of.source === "sdk:http-server" ? { "span.kind": "SPAN_KIND_SERVER" } : {};
  return [...SPANS_ONLY, ...spanFilters({ ...entry, ...where })];
}

function records(expression: Extract<Expression, { op: "log-rate" }>): Compiled {
  const { where, severity, contains, atMost } = expression;
  const filters = [...LOGS_ONLY, ...toFilters(where), ...logFilters(severity, contains), ...bound(atMost)];
  return aggregate("logs", { op: "COUNT", filters });
}

/** Only points of the metric itself show that it is there; of a service, whatever its own SDK sends. */
function absent({ metric: of, where }: Extract<Expression, { op: "absent" }>): Compiled {
  const there: Filter = { column: "service.instance.id", op: "exists" };
  if (of.source === "presence") {
    return aggregate("metrics", { op: "COUNT_DATAPOINTS", filters: [...toFilters(where), there] });
  }
  return metric("COUNT_DATAPOINTS", of.name, where);
}

/** The last value of each series in a step, combined. Of a sum since the start the default would be its growth. */
function level({ metric: of, where, aggregate: how }: Extract<Expression, { op: "level" }>): Compiled {
  return metric(AGGREGATIONS[how], of.kind === "counter" ? `LAST($${of.name})` : of.name, where);
}

const AGGREGATIONS = { sum: "SUM", avg: "AVG", max: "MAX", min: "MIN" } as const;

type Ratio = Extract<Expression, { op: "ratio" }>;

/** Events of one kind are counted in one place: what is asked of spans is divided by spans. */
function ratio({ part, whole }: Ratio, time: Time): Compiled {
  if (part.op === "at-most" && whole.op === "rate") {
    const all = aggregate("spans", { op: "COUNT", filters: spansOf(whole.metric, whole.where) }, WEIGHTED);
    return quotient(fastSpans(part), all);
  }
  if (part.op === "log-rate" && whole.op === "log-rate") return quotient(records(part), records(whole));
  return quotient(orZero(compilePart(part, time)), compilePart(whole, time));
}

const CALLS = { "+": "SUM", "-": "SUB", "*": "MUL", "/": "DIV" } as const;

function arithmetic({ left, how, right }: Extract<Expression, { op: "arithmetic" }>, time: Time): Compiled {
  const [a, b] = [compilePart(left, time), compilePart(right, time)];
  if (how === "/" && right.op !== "constant") return together(quotient(a, b), left, right);
  return together(joined(CALLS[how], a, b), left, right);
}

/** One query splits all its numbers by the same attributes. */
function together(compiled: Compiled, left: Expression, right: Expression): Compiled {
  const alike = groupedBy(left).join() === groupedBy(right).join();
  if (alike || isConstant(left) || isConstant(right)) return compiled;
  const apart = unsupported("its two sides are split by different attributes, and a query has one split");
  return { ...compiled, fidelity: worst([compiled.fidelity, apart]) };
}

const isConstant = ({ op }: Expression): boolean => op === "constant";

/** No number where there are too few events, or too many. */
function onlyWhen(expression: Extract<Expression, { op: "only-when" }>, time: Time): Compiled {
  const [of, events] = [compilePart(expression.of, time), orZero(compilePart(expression.events, time))];
  if (of.place !== events.place) {
    return { ...of, fidelity: worst([of.fidelity, approximated("judged however few events there are")]) };
  }
  return when(of, expression.is, events, expression.limit);
}

/** A number only while events are on that side of the limit. */
function when(of: Compiled, is: ">=" | "<", events: Compiled, limit: number): Compiled {
  const parts: readonly Term[] = [events.term, { kind: "constant", value: limit }];
  const enough: Term = { kind: "call", name: is === ">=" ? "GTE" : "LT", parts };
  return {
    place: of.place,
    term: { kind: "call", name: "IF", parts: [enough, of.term] },
    fidelity: worst([of.fidelity, events.fidelity]),
  };
}

function quotient(part: Compiled, whole: Compiled): Compiled {
  const { place, term, fidelity } = joined("DIV", part, whole);
  const some: Term = { kind: "call", name: "GT", parts: [whole.term, { kind: "constant", value: 0 }] };
  return { place, term: { kind: "call", name: "IF", parts: [some, term] }, fidelity };
}

function joined(name: string, a: Compiled, b: Compiled): Compiled {
  const apart = a.place !== undefined && b.place !== undefined && a.place !== b.place;
  const lost = apart ? [unsupported("one query reads spans, logs or metrics, not several of them")] : [];
  return {
    place: a.place ?? b.place,
    term: { kind: "call", name, parts: [a.term, b.term] },
    fidelity: worst([a.fidelity, b.fidelity, ...lost]),
  };
}

function orZero(of: Compiled): Compiled {
  const zero: Term = { kind: "constant", value: 0 };
  return { ...of, term: { kind: "call", name: "COALESCE", parts: [of.term, zero] } };
}

/** Events have no rate: how many there were in a step, by its length. */
function perSecond(count: Compiled, { step }: Time): Compiled {
  const length: Term = { kind: "constant", value: step };
  return { ...count, term: { kind: "call", name: "DIV", parts: [count.term, length] } };
}

/** A histogram's number of measurements is a counter beside it. */
export function countOf(of: Metric): string {
  return of.kind === "histogram" ? `${of.name}.count` : of.name;
}

function seriesColumn(of: Metric): string {
  return of.source === "presence" ? "service.instance.id" : (of.attributes[0] ?? "service.name");
}

const PERCENTILES = { 0.5: "P50", 0.75: "P75", 0.9: "P90", 0.95: "P95", 0.99: "P99" } as const;

function percentile(q: number): CalculationOp {
  const found = Object.entries(PERCENTILES).find(([share]) => Number(share) === q);
  if (found === undefined)
    throw new Error(`Honeycomb has no percentile ${q}: use ${Object.keys(PERCENTILES).join(", ")}.`);
  return found[1];
}

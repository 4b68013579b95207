import type { Expression, Where } from "../model/expression.ts";
import { groupedBy } from "../model/expression.ts";
import type { Fidelity } from "../model/fidelity.ts";
import { approximated, EXACT, unsupported, worst } from "../model/fidelity.ts";
import type { Metric } from "../model/metric.ts";
import { bound, type Filter, logFilters, spanColumn, spanFilter, test, toFilters } from "./honeycomb-filters.ts";

export type CalculationOp =
  | "COUNT"
  | "SUM"
  | "AVG"
  | "MAX"
  | "MIN"
  | "COUNT_DISTINCT"
  | "P50"
  | "P75"
  | "P95"
  | "P99"
  | "RATE_SUM"
  | "RATE_MAX";

export interface Calculation {
  readonly op: CalculationOp;
  readonly column?: string;
}

/** A query specification as Honeycomb's API takes it. */
export interface HoneycombQuery {
  readonly calculations: readonly Calculation[];
  readonly calculated_fields?: readonly { readonly name: string; readonly expression: string }[];
  readonly filters?: readonly Filter[];
  readonly breakdowns?: readonly string[];
  readonly orders?: readonly {
    readonly op?: CalculationOp;
    readonly column?: string;
    readonly order: "ascending" | "descending";
  }[];
  readonly limit?: number;
  readonly time_range: number;
  readonly granularity?: number;
}

/** `spans` and `logs` live in datasets named after services, so they are asked environment-wide. */
export type HoneycombPlace = "spans" | "metrics" | "logs";

export interface CompiledHoneycomb {
  readonly place: HoneycombPlace;
  readonly query: HoneycombQuery;
  readonly fidelity: Fidelity;
}

const PER_STEP = "counted per step of the graph, not per second";
const KEPT_SPANS = "counted from the spans that sampling kept";
const SIDE_BY_SIDE = "the parts are shown side by side, not combined";

/** An expression as a Honeycomb query over `seconds`, or why there is none. */
export function compileHoneycomb(expression: Expression, scope: Where, seconds: number): CompiledHoneycomb {
  const parts = compile(expression);
  const filters = [...toFilters(scope), ...parts.filters];
  const breakdowns = groupedBy(expression).map((attribute) =>
    parts.place === "spans" ? spanColumn(attribute) : attribute,
  );
  const limit = expression.op === "top" ? expression.count : breakdowns.length > 0 ? 50 : undefined;
  const first = parts.calculations[0];
  return {
    place: parts.place,
    fidelity: parts.fidelity,
    query: {
      calculations: parts.calculations,
      ...(parts.fields.length === 0 ? {} : { calculated_fields: parts.fields }),
      ...(filters.length === 0 ? {} : { filters }),
      ...(breakdowns.length === 0 ? {} : { breakdowns }),
      ...(limit === undefined || first === undefined
        ? {}
        : { orders: [{ ...first, order: "descending" as const }], limit }),
      time_range: seconds,
    },
  };
}

interface Parts {
  readonly place: HoneycombPlace;
  readonly calculations: readonly Calculation[];
  readonly fields: readonly { readonly name: string; readonly expression: string }[];
  readonly filters: readonly Filter[];
  readonly fidelity: Fidelity;
}

function compile(expression: Expression): Parts {
  switch (expression.op) {
    case "rate":
    case "increase":
      if (fromSpans(expression.metric))
        return spans([{ op: "COUNT" }], expression.where, approximated(`${KEPT_SPANS}, per step`));
      return metrics(
        [{ op: "RATE_SUM", column: countColumn(expression.metric) }],
        expression.where,
        approximated(PER_STEP),
      );
    case "quantile":
      if (fromSpans(expression.metric)) {
        return spans(
          [{ op: percentile(expression.q), column: "duration_s" }],
          expression.where,
          approximated(KEPT_SPANS),
          [DURATION_S],
        );
      }
      return metrics(
        [{ op: "MAX", column: `${expression.metric.name}.${percentile(expression.q).toLowerCase()}` }],
        expression.where,
        approximated("the highest percentile any series reported"),
      );
    case "mean":
      return metrics(
        [{ op: "AVG", column: `${expression.metric.name}.avg` }],
        expression.where,
        approximated("the mean of the series' means"),
      );
    case "at-most":
      return spans([{ op: "SUM", column: "fast" }], expression.where, approximated(KEPT_SPANS), [
        { name: "fast", expression: `IF(LTE($duration_ms, ${expression.bound * 1000}), 1, 0)` },
      ]);
    case "series":
      return metrics([{ op: "COUNT_DISTINCT", column: seriesColumn(expression.metric) }], expression.where, EXACT);
    case "absent": {
      // only events with the metric itself show that it is there; of a service, whatever its own SDK sends
      const { metric, where } = expression;
      const column = metric.source === "presence" ? "service.instance.id" : countColumn(metric);
      const counted = metrics([{ op: "COUNT" }], where, EXACT);
      return { ...counted, filters: [...counted.filters, { column, op: "exists" }] };
    }
    case "level":
      return level(expression);
    case "log-rate":
      return {
        place: "logs",
        calculations: [{ op: "COUNT" }],
        fields: [],
        filters: [
          ...toFilters(expression.where),
          ...logFilters(expression.severity, expression.contains),
          ...bound(expression.atMost),
        ],
        fidelity: approximated(PER_STEP),
      };
    case "log-quantile":
      return {
        place: "logs",
        calculations: [{ op: percentile(expression.q), column: expression.attribute }],
        fields: [],
        filters: [...toFilters(expression.where), ...logFilters("info", expression.contains)],
        fidelity: EXACT,
      };
    case "ratio":
      return ratio(expression.part, expression.whole);
    case "arithmetic":
      return arithmetic(expression);
    case "top":
    case "or-zero":
      return compile(expression.of);
    case "only-when": {
      const of = compile(expression.of);
      return { ...of, fidelity: worst([of.fidelity, approximated("judged however few events there are")]) };
    }
    case "constant":
      return metrics(
        [{ op: "COUNT" }],
        {},
        approximated("counts any metric, which is above zero while telemetry arrives"),
      );
    case "since":
      return metrics([{ op: "COUNT" }], {}, unsupported("a trigger cannot compare with the clock"));
    default:
      return expression satisfies never;
  }
}

/** A share of spans is the mean of a field that is 1 or 0, which Honeycomb computes exactly per event. */
function ratio(part: Expression, whole: Expression): Parts {
  const together = oneEvent({ op: "arithmetic", how: "/", left: part, right: whole });
  if (together !== undefined)
    return metrics([{ op: "MAX", column: "value" }], together.where, EXACT, [
      { name: "value", expression: together.text },
    ]);
  if ((part.op === "rate" || part.op === "at-most") && whole.op === "rate" && fromSpans(part.metric)) {
    const tests = Object.entries(part.where)
      .filter(([attribute]) => whole.where[attribute] === undefined)
      .map(([attribute, match]) => test(attribute, match));
    if (part.op === "at-most") tests.push(`LTE($duration_ms, ${part.bound * 1000})`);
    const all = tests.length === 1 ? (tests[0] ?? "") : `AND(${tests.join(", ")})`;
    return spans([{ op: "AVG", column: "share" }], whole.where, approximated(KEPT_SPANS), [
      { name: "share", expression: `IF(${all}, 1, 0)` },
    ]);
  }
  return beside(part, whole);
}

function arithmetic(expression: Extract<Expression, { op: "arithmetic" }>): Parts {
  const { left, right } = expression;
  if (right.op === "constant") {
    const parts = compile(left);
    return { ...parts, fidelity: worst([parts.fidelity, approximated("shown in the unit it is reported in")]) };
  }
  const together = oneEvent(expression);
  if (together !== undefined) {
    const op = together.rates ? "RATE_SUM" : "MAX";
    return metrics([{ op, column: "value" }], together.where, together.rates ? approximated(PER_STEP) : EXACT, [
      { name: "value", expression: together.text },
    ]);
  }
  return beside(left, right);
}

function beside(left: Expression, right: Expression): Parts {
  const [a, b] = [compile(left), compile(right)];
  if (a.place !== b.place)
    return { ...a, fidelity: unsupported("one query reads spans, logs or metrics, not several of them") };
  const calculations = [...a.calculations, ...b.calculations].filter(
    (one, index, all) => all.findIndex((other) => other.op === one.op && other.column === one.column) === index,
  );
  return {
    place: a.place,
    calculations,
    fields: [...a.fields, ...b.fields],
    filters: a.filters.filter((filter) => b.filters.some((other) => JSON.stringify(other) === JSON.stringify(filter))),
    fidelity: worst([a.fidelity, b.fidelity, approximated(SIDE_BY_SIDE)]),
  };
}

interface OneEvent {
  readonly text: string;
  readonly rates: boolean;
  readonly where: Where;
  readonly like: Metric;
}

const OPERATORS = { "+": "SUM", "-": "SUB", "*": "MUL", "/": "DIV" } as const;

/** Metrics of one scrape with the same attributes arrive as one event, so a calculated field may combine them. */
function oneEvent(expression: Expression): OneEvent | undefined {
  switch (expression.op) {
    case "or-zero":
      return oneEvent(expression.of);
    case "level":
    case "rate": {
      if (expression.op === "rate" && (fromSpans(expression.metric) || expression.metric.kind === "histogram"))
        return undefined;
      const { metric, where } = expression;
      return { text: `$${metric.name}`, rates: expression.op === "rate", where, like: metric };
    }
    case "arithmetic": {
      const [left, right] = [oneEvent(expression.left), oneEvent(expression.right)];
      if (left === undefined || right === undefined || left.rates !== right.rates) return undefined;
      // a quotient of two rates is no rate of a quotient
      if (left.rates && expression.how !== "+" && expression.how !== "-") return undefined;
      if (left.like.source !== right.like.source || left.like.attributes.join() !== right.like.attributes.join())
        return undefined;
      if (JSON.stringify(left.where) !== JSON.stringify(right.where)) return undefined;
      return { ...left, text: `${OPERATORS[expression.how]}(${left.text}, ${right.text})` };
    }
    default:
      return undefined;
  }
}

function level(expression: Extract<Expression, { op: "level" }>): Parts {
  const column = expression.metric.name;
  switch (expression.aggregate) {
    case "max":
      return metrics([{ op: "MAX", column }], expression.where, EXACT);
    case "min":
      return metrics([{ op: "MIN", column }], expression.where, EXACT);
    case "avg":
      return metrics([{ op: "AVG", column }], expression.where, EXACT);
    case "sum": {
      const split = expression.metric.attributes.every(
        (one) => expression.by.includes(one) || typeof expression.where[one] === "string",
      );
      if (split) return metrics([{ op: "AVG", column }], expression.where, EXACT);
      return metrics([{ op: "SUM", column }], expression.where, approximated("adds every report within a step"));
    }
    default:
      return expression.aggregate satisfies never;
  }
}

const DURATION_S = { name: "duration_s", expression: "DIV($duration_ms, 1000)" };

function spans(
  calculations: readonly Calculation[],
  where: Where,
  fidelity: Fidelity,
  fields: Parts["fields"] = [],
): Parts {
  const filters = Object.entries(where).flatMap(([attribute, match]) => spanFilter(attribute, match));
  return { place: "spans", calculations, fields, filters, fidelity };
}

function metrics(
  calculations: readonly Calculation[],
  where: Where,
  fidelity: Fidelity,
  fields: Parts["fields"] = [],
): Parts {
  return { place: "metrics", calculations, fields, filters: toFilters(where), fidelity };
}

/** Numbers about spans are asked of the spans themselves: that is what Honeycomb is made for. */
function fromSpans(metric: Metric): boolean {
  return metric.source === "span-metrics" || metric.source === "sdk:http-server";
}

function countColumn(metric: Metric): string {
  return metric.kind === "histogram" ? `${metric.name}.count` : metric.name;
}

function seriesColumn(metric: Metric): string {
  return metric.source === "presence" ? "service.instance.id" : (metric.attributes[0] ?? "service.name");
}

function percentile(q: number): CalculationOp {
  if (q === 0.5) return "P50";
  if (q === 0.75) return "P75";
  return q === 0.99 ? "P99" : "P95";
}

import type { Metric } from "./metric.ts";

/** Condition on one attribute: a value, one of several values, another value, or a regular expression (anchored). */
export type Match =
  | string
  | readonly string[]
  | { readonly not: string }
  | { readonly like: string }
  | { readonly unlike: string }
  /** Contains none of these texts. */
  | { readonly without: readonly string[] };

/** Conditions that must all hold, by OpenTelemetry attribute name. */
export type Where = Readonly<Record<string, Match>>;

/** Which series are kept, and by which attributes the result is split. */
export interface Selection {
  readonly where: Where;
  readonly by: readonly string[];
}

/** How series become one where they are not split. */
export type Aggregation = "sum" | "avg" | "max" | "min";
export type Arithmetic = "+" | "-" | "*" | "/";

/** A log record is at least as severe; `info` counts all of them. */
export type Severity = "info" | "warn" | "error";

/** Severity numbers of the OpenTelemetry log data model begin at these. */
export const AT_LEAST: Readonly<Record<Severity, number>> = { info: 0, warn: 13, error: 17 };

/** A number computed from telemetry, in no query language. The compilers in `compile/` turn it into each. */
export type Expression =
  | ({ readonly op: "level"; readonly metric: Metric; readonly aggregate: Aggregation } & Selection)
  | ({ readonly op: "rate"; readonly metric: Metric } & Selection)
  | ({ readonly op: "increase"; readonly metric: Metric; readonly seconds: number } & Selection)
  | ({ readonly op: "quantile"; readonly metric: Metric; readonly q: number } & Selection)
  | ({ readonly op: "mean"; readonly metric: Metric } & Selection)
  | ({ readonly op: "at-most"; readonly metric: Metric; readonly bound: number } & Selection)
  | ({ readonly op: "series"; readonly metric: Metric } & Selection)
  | ({
      readonly op: "log-rate";
      readonly severity: Severity;
      readonly contains?: string;
      /** Only records whose numeric attribute is at most this. */
      readonly atMost?: { readonly attribute: string; readonly value: number };
    } & Selection)
  | ({
      readonly op: "log-quantile";
      /** Numeric attribute of the record. */
      readonly attribute: string;
      readonly q: number;
      readonly contains: string;
      /** Window in seconds, long because such records are rare. */
      readonly seconds: number;
      /** No value while fewer records than these have a value above that within the window: of few records, one decides a quantile. */
      readonly least?: { readonly records: number; readonly above: number };
    } & Selection)
  | { readonly op: "arithmetic"; readonly how: Arithmetic; readonly left: Expression; readonly right: Expression }
  | { readonly op: "ratio"; readonly part: Expression; readonly whole: Expression }
  | { readonly op: "constant"; readonly value: number }
  /** Seconds since a moment (seconds since 1970); negative before it. */
  | { readonly op: "since"; readonly at: number }
  | { readonly op: "top"; readonly count: number; readonly of: Expression }
  | { readonly op: "or-zero"; readonly of: Expression; readonly present?: Expression }
  /** A value only where the number of events is on that side of the limit; both sides have the same groups. */
  | {
      readonly op: "only-when";
      readonly of: Expression;
      readonly events: Expression;
      readonly is: ">=" | "<";
      readonly limit: number;
    }
  | ({ readonly op: "absent"; readonly metric: Metric; readonly seconds: number } & Selection);

/** Attributes that distinguish the resulting lines. */
export function groupedBy(expression: Expression): readonly string[] {
  switch (expression.op) {
    case "arithmetic": {
      const [left, right] = [groupedBy(expression.left), groupedBy(expression.right)];
      return left.length >= right.length ? left : right;
    }
    case "ratio":
      return groupedBy(expression.whole);
    case "top":
    case "or-zero":
    case "only-when":
      return groupedBy(expression.of);
    case "constant":
    case "since":
      return [];
    default:
      return expression.by;
  }
}

/** Every metric an expression reads, each once; also those that only decide whether there is a value. */
export function metricsOf(expression: Expression): readonly Metric[] {
  const own = "metric" in expression ? [expression.metric] : [];
  return [...new Set([...own, ...[...operandsOf(expression), ...deciding(expression)].flatMap(metricsOf)])];
}

/** A number counted from log records alone. */
export type LogNumber = Extract<Expression, { op: "log-rate" | "log-quantile" }>;

/** A number that is read, not computed from others. */
export type Leaf = Exclude<Expression, { op: "arithmetic" | "ratio" | "top" | "or-zero" | "only-when" }>;

/** The numbers that an expression is computed from; what only decides whether there is a value is not among them. */
export const leavesOf = (expression: Expression): readonly Leaf[] =>
  isLeaf(expression) ? [expression] : operandsOf(expression).flatMap(leavesOf);

const isLeaf = (expression: Expression): expression is Leaf => operandsOf(expression).length === 0;

/** What a computed number is computed from; nothing of one that is read. */
function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.op) {
    case "arithmetic":
      return [expression.left, expression.right];
    case "ratio":
      return [expression.part, expression.whole];
    case "top":
    case "or-zero":
    case "only-when":
      return [expression.of];
    default:
      return [];
  }
}

/** What decides whether there is a value. */
function deciding(expression: Expression): readonly Expression[] {
  if (expression.op === "only-when") return [expression.events];
  return expression.op === "or-zero" && expression.present ? [expression.present] : [];
}

/** The numbers counted from log records that an expression is made of. */
export const logNumbers = (expression: Expression): readonly LogNumber[] =>
  leavesOf(expression).flatMap((leaf) => (leaf.op === "log-rate" || leaf.op === "log-quantile" ? [leaf] : []));

/** True when the number is counted from log records. */
export const readsLogs = (expression: Expression): boolean => logNumbers(expression).length > 0;

/** Seconds a number looks back by itself, because what it counts is rare; undefined: as long as whoever asks. */
export function lookback(expression: Expression): number | undefined {
  switch (expression.op) {
    case "increase":
    case "log-quantile":
      return expression.seconds;
    case "top":
    case "or-zero":
    case "only-when":
      return lookback(expression.of);
    default:
      return undefined;
  }
}

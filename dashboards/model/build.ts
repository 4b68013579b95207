import type { Aggregation, Expression, Severity, Where } from "./expression.ts";
import type { Metric } from "./metric.ts";

/** What to keep and how to split it; both default to nothing. */
export interface Choice {
  readonly where?: Where;
  readonly by?: readonly string[];
}

function selection(choice: Choice): { where: Where; by: readonly string[] } {
  return { where: choice.where ?? {}, by: choice.by ?? [] };
}

/** Present value of a gauge or up-down counter, its series combined by `aggregate` (default: sum). */
export function level(metric: Metric, choice: Choice & { readonly aggregate?: Aggregation } = {}): Expression {
  return { op: "level", metric, aggregate: choice.aggregate ?? "sum", ...selection(choice) };
}

/** Largest present value among the series of a gauge or up-down counter. */
export const max = (metric: Metric, choice: Choice = {}): Expression => level(metric, { ...choice, aggregate: "max" });

/** Events per second of a counter, or observations per second of a histogram. */
export function rate(metric: Metric, choice: Choice = {}): Expression {
  return { op: "rate", metric, ...selection(choice) };
}

/** Events within the last `seconds`. */
export function increase(metric: Metric, seconds: number, choice: Choice = {}): Expression {
  return { op: "increase", metric, seconds, ...selection(choice) };
}

/** Quantile of a histogram, in the histogram's unit. */
export function quantile(q: number, metric: Metric, choice: Choice = {}): Expression {
  return { op: "quantile", metric, q, ...selection(choice) };
}

/** Mean of a histogram, in the histogram's unit. */
export function mean(metric: Metric, choice: Choice = {}): Expression {
  return { op: "mean", metric, ...selection(choice) };
}

/** Observations per second that are at most `bound` (must be a bucket boundary). */
export function atMost(bound: number, metric: Metric, choice: Choice = {}): Expression {
  return { op: "at-most", metric, bound, ...selection(choice) };
}

/** How many series of a metric reported lately. */
export function series(metric: Metric, choice: Choice = {}): Expression {
  return { op: "series", metric, ...selection(choice) };
}

/** 1 when nothing arrived for `seconds`, else no value at all. */
export function absent(metric: Metric, seconds: number, choice: Choice = {}): Expression {
  return { op: "absent", metric, seconds, ...selection(choice) };
}

/** Log records per second, at least as severe as `severity`, whose message contains the text. */
export function logRate(severity: Severity, choice: LogChoice = {}): Expression {
  const text = choice.contains === undefined ? {} : { contains: choice.contains };
  const bound = choice.atMost === undefined ? {} : { atMost: choice.atMost };
  return { op: "log-rate", severity, ...text, ...bound, ...selection(choice) };
}

/** Which log records are counted. */
export interface LogChoice extends Choice {
  /** Text the message contains. */
  readonly contains?: string;
  /** Only records whose numeric attribute is at most this. */
  readonly atMost?: { readonly attribute: string; readonly value: number };
}

/**
 * Quantile of a numeric attribute of the log records whose message contains the text, within `seconds`. With `least` there is a value only where as many
 * records are above a limit: of three records a single one decides the quantile, and an alert on it would wake somebody for one event.
 */
export function logQuantile(
  q: number,
  attribute: string,
  choice: Choice & Pick<Extract<Expression, { op: "log-quantile" }>, "contains" | "seconds" | "least">,
): Expression {
  const { contains, seconds, least } = choice;
  return { op: "log-quantile", q, attribute, contains, seconds, ...(least && { least }), ...selection(choice) };
}

/** A share between 0 and 1; a part that was never seen counts as 0, no traffic gives no value. */
export function ratio(part: Expression, whole: Expression): Expression {
  return { op: "ratio", part, whole };
}

/** The sum, group by group. */
export function plus(left: Expression, right: Expression): Expression {
  return { op: "arithmetic", how: "+", left, right };
}

/** The difference, group by group. */
export function minus(left: Expression, right: Expression): Expression {
  return { op: "arithmetic", how: "-", left, right };
}

/** The same number in another unit, such as a share as per cent. */
export function times(left: Expression, factor: number): Expression {
  return { op: "arithmetic", how: "*", left, right: constant(factor) };
}

/** The quotient, group by group. For a share of events: `ratio`. */
export function per(left: Expression, right: Expression): Expression {
  return { op: "arithmetic", how: "/", left, right };
}

/** The same value at all times, for comparison. */
export function constant(value: number): Expression {
  return { op: "constant", value };
}

/** The `count` largest lines. */
export function top(count: number, of: Expression): Expression {
  return { op: "top", count, of };
}

/**
 * 0 where nothing was ever counted. Without `present` only for expressions of one line; with it (`series(targetInfo, ...)` of the same
 * groups) 0 for each group that is there: counters made from spans end ten minutes after the last span, and begin anew when the collector restarts.
 */
export function orZero(of: Expression, present?: Expression): Expression {
  return present === undefined ? { op: "or-zero", of } : { op: "or-zero", of, present };
}

/**
 * A share or latency, and no value while fewer than `least` of its events came within five minutes: two failures of three are no alert.
 * `events` counts them, with the same groups. PromQL: `of and events >= least`. NRQL and Honeycomb judge `of` alone until their
 * compilers know better: `of * clamp_max(floor(events / least), 1)`, and a `havings` on COUNT.
 */
export function whenEnough(of: Expression, metric: Metric, least: number, choice: Choice = {}): Expression {
  return { op: "only-when", of, events: increase(metric, 300, choice), is: ">=", limit: least };
}

/** A value only while `events` stays below `limit`. */
export function unless(of: Expression, events: Expression, limit: number): Expression {
  return { op: "only-when", of, events, is: "<", limit };
}

import type { Expression, Match, Selection, Where } from "../model/expression.ts";
import { groupedBy, metricsOf } from "../model/expression.ts";
import type { Metric } from "../model/metric.ts";
import { prometheusLabel, prometheusName } from "../model/metric.ts";
import type { Signal } from "../model/signal.ts";
import { escapeRegex, type Identity, jobCondition, namedByJob } from "./presence.ts";

/** Whose names the metrics bear: the collector's receivers, or Prometheus exporters (as under Alloy). */
export type Dialect = "receivers" | "exporters";

/** What differs between a dashboard, a rule and a page. */
export interface PromqlContext {
  readonly dialect: Dialect;
  /** Window of `rate`, for example `$__rate_interval` or `5m`. */
  readonly window: string;
  /** Conditions added to every selector, for example the environment. */
  readonly scope: Where;
  /** How services that are there are named. Default: attributes. */
  readonly identity?: Identity;
}

/** An expression in PromQL. Log expressions have none: ask `compileLogql`. */
export function compilePromql(expression: Expression, context: PromqlContext): string {
  switch (expression.op) {
    case "level":
      return aggregate(
        expression.aggregate,
        expression,
        context,
        scaled(expression.metric, selector(expression.metric, "", expression.where, context), context),
      );
    case "rate":
      return aggregate(
        "sum",
        expression,
        context,
        scaled(
          expression.metric,
          rated(expression.metric, countSuffix(expression.metric), expression, context),
          context,
        ),
      );
    case "increase":
      return aggregate(
        "sum",
        expression,
        context,
        `increase(${selector(expression.metric, countSuffix(expression.metric), expression.where, context)}[${expression.seconds}s])`,
      );
    case "quantile":
      return `histogram_quantile(${expression.q}, ${aggregate("sum", withBucket(expression), context, rated(expression.metric, "_bucket", expression, context))})`;
    case "mean":
      return `${aggregate("sum", expression, context, rated(expression.metric, "_sum", expression, context))} / (${aggregate("sum", expression, context, rated(expression.metric, "_count", expression, context))} > 0)`;
    case "at-most":
      return aggregate(
        "sum",
        expression,
        context,
        rated(
          expression.metric,
          "_bucket",
          { ...expression, where: { ...expression.where, le: boundary(expression.bound) } },
          context,
        ),
      );
    case "series":
      return aggregate("count", expression, context, instancesOf(expression, context));
    case "absent":
      return `absent_over_time(${selector(expression.metric, countSuffix(expression.metric), expression.where, context)}[${expression.seconds}s])`;
    case "ratio": {
      const whole = operand(expression.whole, context);
      return `(${operand(expression.part, context)} or 0 * ${whole}) / (${whole} > 0)`;
    }
    case "arithmetic":
      return `${operand(expression.left, context)} ${expression.how} ${matching(expression.left, expression.right, context)}${divisor(expression, context)}`;
    case "constant":
      return String(expression.value);
    case "since":
      return `vector(time() - ${expression.at})`;
    case "top":
      return `topk(${expression.count}, ${compilePromql(expression.of, context)})`;
    case "or-zero":
      return `${operand(expression.of, context)} or vector(0)`;
    case "log-rate":
    case "log-quantile":
      throw new Error("A log expression has no PromQL: compile it to LogQL.");
    default:
      return expression satisfies never;
  }
}

/** A signal in PromQL: as compiled, or as written for exporters that cut it differently. */
export function signalPromql(signal: Signal, context: PromqlContext): string {
  if (context.dialect === "receivers" || signal.exporters === undefined) return compilePromql(signal.value, context);
  const conditions = Object.entries(context.scope).map(([key, match]) => condition(prometheusLabel(key), match));
  return signal.exporters.replaceAll("{scope}", `{${conditions.join(", ")}}`).replaceAll("{window}", context.window);
}

/** True when a signal has a query under exporters at all. */
export function hasExporters(signal: Signal): boolean {
  return (
    signal.exporters !== undefined ||
    metricsOf(signal.value).every((metric) => metric.exporter !== undefined || !metric.source.startsWith("receiver:"))
  );
}

/** The label an attribute has in a dialect. */
export function labelOf(metric: Metric | undefined, attribute: string, dialect: Dialect): string {
  const renamed = dialect === "exporters" ? metric?.exporter?.labels?.[attribute] : undefined;
  return renamed ?? prometheusLabel(attribute);
}

function aggregate(
  how: string,
  selection: Selection & { metric: Metric },
  context: PromqlContext,
  inner: string,
): string {
  if (selection.by.length === 0) return `${how}(${inner})`;
  const labels = selection.by.map((attribute) => labelOf(selection.metric, attribute, context.dialect));
  return `${how} by (${labels.join(", ")}) (${inner})`;
}

/** A receiver reports many resources of one thing observed: an instance is what has its own `service.instance.id`. */
function instancesOf(expression: Extract<Expression, { op: "series" }>, context: PromqlContext): string {
  const { metric, where, by } = expression;
  const found = selector(metric, countSuffix(metric), where, context);
  if (metric.source !== "presence") return found;
  const named = context.identity === "job" ? namedByJob(found) : found;
  return `count by (${[...by, "service.instance.id"].map(prometheusLabel).join(", ")}) (${named})`;
}

function withBucket(selection: Selection & { metric: Metric }): Selection & { metric: Metric } {
  return { metric: selection.metric, where: selection.where, by: ["le", ...selection.by] };
}

function rated(metric: Metric, suffix: string, selection: Selection, context: PromqlContext): string {
  return `rate(${selector(metric, suffix, selection.where, context)}[${context.window}])`;
}

/** The exporter's value in our unit. */
function scaled(metric: Metric, text: string, context: PromqlContext): string {
  const factor = context.dialect === "exporters" ? (metric.exporter?.factor ?? 1) : 1;
  return factor === 1 ? text : `${factor} * ${text}`;
}

function countSuffix(metric: Metric): string {
  return metric.kind === "histogram" ? "_count" : "";
}

function selector(metric: Metric, suffix: string, where: Where, context: PromqlContext): string {
  const exporter = context.dialect === "exporters" ? metric.exporter : undefined;
  const name = exporter === undefined ? prometheusName(metric) : exporter.name;
  const conditions = Object.entries({ ...context.scope, ...where })
    .filter(([attribute]) => !(exporter?.implied ?? []).includes(attribute))
    .map(([attribute, match]) =>
      metric.source === "presence" && context.identity === "job" && attribute === "service.name"
        ? jobCondition(match)
        : condition(labelOf(metric, attribute, context.dialect), match),
    );
  return `${name}${suffix}${conditions.length === 0 ? "" : `{${conditions.join(", ")}}`}`;
}

function condition(label: string, match: Match): string {
  if (typeof match === "string") return `${label}=${quote(match)}`;
  if ("not" in match) return `${label}!=${quote(match.not)}`;
  if ("unlike" in match) return `${label}!~${quote(match.unlike)}`;
  if ("like" in match) return `${label}=~${quote(match.like)}`;
  return `${label}=~${quote(match.map(escapeRegex).join("|"))}`;
}

/** What is divided by: a limit of 0 is no limit, and a share of it no number. */
function divisor({ how, right }: Extract<Expression, { op: "arithmetic" }>, context: PromqlContext): string {
  const text = operand(right, context);
  return how === "/" && right.op !== "constant" ? `(${text} > 0)` : text;
}

function operand(expression: Expression, context: PromqlContext): string {
  const text = compilePromql(expression, context);
  return expression.op === "arithmetic" ||
    expression.op === "ratio" ||
    expression.op === "mean" ||
    expression.op === "or-zero"
    ? `(${text})`
    : text;
}

/** Two sides with different groups need to be told how to meet. */
function matching(left: Expression, right: Expression, context: PromqlContext): string {
  if (left.op === "constant" || right.op === "constant") return "";
  const [a, b] = [groupedBy(left), groupedBy(right)];
  if (a.length === b.length) return "";
  const shared = a
    .filter((attribute) => b.includes(attribute))
    .map((attribute) => labelOf(undefined, attribute, context.dialect));
  return `on (${shared.join(", ")}) ${a.length > b.length ? "group_left" : "group_right"} () `;
}

function boundary(bound: number): Match {
  return Number.isInteger(bound) ? [`${bound}`, `${bound}.0`] : `${bound}`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}

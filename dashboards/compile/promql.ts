import type { Expression, Match, Selection, Where } from "../model/expression.ts";
import { groupedBy } from "../model/expression.ts";
import type { Metric } from "../model/metric.ts";
import { prometheusLabel, prometheusName } from "../model/metric.ts";
import { matcherOf } from "./matcher.ts";
import { type Identity, jobCondition, namedByJob } from "./presence.ts";

/** What differs between a dashboard, a rule and a page. */
export interface PromqlContext {
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
      return aggregate(expression.aggregate, expression, selector(expression.metric, "", expression.where, context));
    case "rate":
      return summed(expression, rated(expression, countSuffix(expression.metric), context));
    case "increase": {
      const counter = selector(expression.metric, countSuffix(expression.metric), expression.where, context);
      return summed(expression, `increase(${counter}[${expression.seconds}s])`);
    }
    case "quantile": {
      const buckets = { by: ["le", ...expression.by] };
      return `histogram_quantile(${expression.q}, ${summed(buckets, rated(expression, "_bucket", context))})`;
    }
    case "mean": {
      const part = (suffix: string) => summed(expression, rated(expression, suffix, context));
      return `${part("_sum")} / (${part("_count")} > 0)`;
    }
    case "at-most": {
      const { metric, where, bound } = expression;
      return summed(expression, rated({ metric, where: { ...where, le: boundary(bound) } }, "_bucket", context));
    }
    case "series":
      return expression.metric.source === "presence"
        ? instances(expression, context)
        : aggregate("count", expression, selected(expression, context));
    case "absent":
      return `absent_over_time(${selector(expression.metric, countSuffix(expression.metric), expression.where, context)}[${expression.seconds}s])`;
    case "ratio": {
      const whole = operand(expression.whole, context);
      return `(${operand(expression.part, context)} or 0 * ${whole}) / (${whole} > 0)`;
    }
    case "arithmetic":
      return `${operand(expression.left, context)} ${expression.how} ${matching(expression.left, expression.right)}${divisor(expression, context)}`;
    case "constant":
      return String(expression.value);
    case "since":
      return `vector(time() - ${expression.at})`;
    case "top":
      return `topk(${expression.count}, ${compilePromql(expression.of, context)})`;
    case "or-zero": {
      const zero = expression.present === undefined ? "vector(0)" : `0 * ${operand(expression.present, context)}`;
      return `${operand(expression.of, context)} or ${zero}`;
    }
    case "only-when": {
      const { of, events, is, limit } = expression;
      // what never happened is no series, and still less than any limit
      return is === ">="
        ? `${operand(of, context)} and ${operand(events, context)} >= ${limit}`
        : `${operand(of, context)} unless ${operand(events, context)} >= ${limit}`;
    }
    case "log-rate":
    case "log-quantile":
      throw new Error("A log expression has no PromQL: compile it to LogQL.");
    default:
      return expression satisfies never;
  }
}

const summed = (groups: Pick<Selection, "by">, inner: string): string => aggregate("sum", groups, inner);

function aggregate(how: string, { by }: Pick<Selection, "by">, inner: string): string {
  return by.length === 0 ? `${how}(${inner})` : `${how} by (${by.map(prometheusLabel).join(", ")}) (${inner})`;
}

/**
 * A receiver reports many resources of one thing observed: an instance is what has its own `service.instance.id`. What a service reports without one
 * (the metrics of its spans) is an instance only where nothing of it has one.
 */
function instances(expression: Extract<Expression, { op: "series" }>, context: PromqlContext): string {
  const { where, by } = expression;
  const counted = (of: Where) => {
    const found = selected({ ...expression, where: of }, context);
    const each = { by: [...by, "service.instance.id"] };
    return aggregate(
      "count",
      expression,
      aggregate("count", each, context.identity === "job" ? namedByJob(found) : found),
    );
  };
  return `${counted({ ...where, instance: { like: ".+" } })} or ${counted(where)}`;
}

function selected(of: { metric: Metric; where: Where }, context: PromqlContext): string {
  return selector(of.metric, countSuffix(of.metric), of.where, context);
}

function rated(of: { metric: Metric; where: Where }, suffix: string, context: PromqlContext): string {
  return `rate(${selector(of.metric, suffix, of.where, context)}[${context.window}])`;
}

function countSuffix(metric: Metric): string {
  return metric.kind === "histogram" ? "_count" : "";
}

function selector(metric: Metric, suffix: string, where: Where, context: PromqlContext): string {
  const conditions = Object.entries({ ...context.scope, ...where }).map(([attribute, match]) =>
    metric.source === "presence" && context.identity === "job" && attribute === "service.name"
      ? jobCondition(match)
      : condition(prometheusLabel(attribute), match),
  );
  return `${prometheusName(metric)}${suffix}${conditions.length === 0 ? "" : `{${conditions.join(", ")}}`}`;
}

function condition(label: string, match: Match): string {
  const [op, text] = matcherOf(match);
  return `${label}${op}${JSON.stringify(text)}`;
}

/** What is divided by: a limit of 0 is no limit, and a share of it no number. */
function divisor({ how, right }: Extract<Expression, { op: "arithmetic" }>, context: PromqlContext): string {
  const text = operand(right, context);
  return how === "/" && right.op !== "constant" ? `(${text} > 0)` : text;
}

function operand(expression: Expression, context: PromqlContext): string {
  const text = compilePromql(expression, context);
  return isBinary(expression) ? `(${text})` : text;
}

/** Whether its PromQL has an operator outside parentheses. */
function isBinary(expression: Expression): boolean {
  if (expression.op === "series") return expression.metric.source === "presence";
  return ["arithmetic", "ratio", "mean", "only-when", "or-zero"].includes(expression.op);
}

/** Two sides with different groups need to be matched explicitly. */
function matching(left: Expression, right: Expression): string {
  if (left.op === "constant" || right.op === "constant") return "";
  const [a, b] = [groupedBy(left), groupedBy(right)];
  if (a.length === b.length) return "";
  const shared = a.filter((attribute) => b.includes(attribute)).map(prometheusLabel);
  return `on (${shared.join(", ")}) ${a.length > b.length ? "group_left" : "group_right"} () `;
}

function boundary(bound: number): Match {
  return Number.isInteger(bound) ? [`${bound}`, `${bound}.0`] : `${bound}`;
}

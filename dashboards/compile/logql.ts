import { AT_LEAST, type Expression, logNumbers, type Severity, type Where } from "../model/expression.ts";
import { approximated, EXACT, type Fidelity } from "../model/fidelity.ts";
import { prometheusLabel } from "../model/metric.ts";
import { matcherOf } from "./matcher.ts";

/** What differs between a dashboard, a rule and a page. */
export interface LogqlContext {
  /** Range of `rate`, for example `$__auto` or `5m`. */
  readonly window: string;
  /** Conditions added to every selector, for example the environment. */
  readonly scope: Where;
}

/** An expression over log records in LogQL; metric operations have none. */
export function compileLogql(expression: Expression, context: LogqlContext): string {
  switch (expression.op) {
    case "log-rate": {
      const fast = expression.atMost;
      // without the second filter, one record whose value is no number fails the whole query
      const bound = fast === undefined ? "" : ` | ${prometheusLabel(fast.attribute)} <= ${fast.value} | __error__=""`;
      const lines = `${logLines(expression.where, expression.severity, context.scope, expression.contains)}${bound}`;
      const groups = expression.by.map(prometheusLabel).join(", ");
      const inner = `rate(${lines} [${context.window}])`;
      return groups === "" ? `sum(${inner})` : `sum by (${groups}) (${inner})`;
    }
    case "log-quantile": {
      const lines = logLines(expression.where, "info", context.scope, expression.contains);
      // without the filter, one record whose value is no number fails the whole query
      const unwrapped = `${lines} | unwrap ${prometheusLabel(expression.attribute)} | __error__=""`;
      const groups = expression.by.map(prometheusLabel).join(", ");
      const range = `[${expression.seconds}s]`;
      const quantile = `quantile_over_time(${expression.q}, ${unwrapped} ${range}) by (${groups})`;
      if (expression.least === undefined) return quantile;
      const { records, above } = expression.least;
      const beyond = `${lines} | ${prometheusLabel(expression.attribute)} > ${above} | __error__=""`;
      return `(${quantile} and sum by (${groups}) (count_over_time(${beyond} ${range})) >= ${records})`;
    }
    case "or-zero":
      return `${compileLogql(expression.of, context)} or vector(0)`;
    case "top":
      return `topk(${expression.count}, ${compileLogql(expression.of, context)})`;
    case "arithmetic": {
      const { left, how, right } = expression;
      const divisor = how === "/" && right.op !== "constant";
      return `(${compileLogql(left, context)}) ${how} ${divisor ? `(${compileLogql(right, context)} > 0)` : compileLogql(right, context)}`;
    }
    case "ratio": {
      const whole = compileLogql(expression.whole, context);
      // a part without a single record has no value at all, and a share of nothing would not be 0 but unknown
      return `(${compileLogql(expression.part, context)} or 0 * ${whole}) / (${whole} > 0)`;
    }
    case "constant":
      return String(expression.value);
    default:
      throw new Error(`"${expression.op}" is no operation over log records: use log-rate, top, or-zero or arithmetic.`);
  }
}

/** How faithfully it comes out, compared with LogsQL. */
export const logqlFidelity = (expression: Expression): Fidelity =>
  logNumbers(expression).some(({ op }) => op === "log-quantile") ? BETWEEN_RECORDS : EXACT;

const BETWEEN_RECORDS = approximated("a value between the two nearest records, where LogsQL takes one of them");

/**
 * What Loki makes a label of a stream of, as it is configured by default; all else is with each record, and asked behind the selector.
 * https://grafana.com/docs/loki/latest/get-started/labels/#default-labels-for-opentelemetry
 */
const STREAM_LABELS: ReadonlySet<string> = new Set([
  ...[
    "service.name",
    "service.namespace",
    "service.instance.id",
    "deployment.environment",
    "deployment.environment.name",
  ],
  ...["container.name", "cloud.region", "cloud.availability_zone"],
]);
const isOfStream = (attribute: string): boolean => STREAM_LABELS.has(attribute) || attribute.startsWith("k8s.");

/** The log lines themselves, for a logs panel. */
export function logLines(where: Where, severity: Severity, scope: Where, contains?: string): string {
  const conditions = Object.entries({ ...scope, ...where }).map(([key, match]) => {
    const [op, text] = matcherOf(match);
    return { key, text: `${prometheusLabel(key)}${op}${JSON.stringify(text)}` };
  });
  const stream = conditions.filter(({ key }) => isOfStream(key)).map(({ text }) => text);
  const others = conditions.filter(({ key }) => !isOfStream(key)).map(({ text }) => ` | ${text}`);
  const matchers = stream.length === 0 ? [`service_name=~".+"`] : stream;
  const text = contains === undefined ? "" : ` |= ${JSON.stringify(contains)}`;
  const least = AT_LEAST[severity];
  const filter = least === 0 ? "" : ` | severity_number >= ${least}`;
  return `{${matchers.join(", ")}}${text}${others.join("")}${filter}`;
}

import type { Expression, Match, Severity, Where } from "../model/expression.ts";
import { AT_LEAST, logNumbers } from "../model/expression.ts";
import { prometheusLabel } from "../model/metric.ts";
import { escapeRegex } from "./matcher.ts";

/** What differs between a dashboard, a rule and a page. */
export interface LogsqlContext {
  /** Over which time up to the moment of the query, for example `5m`. Undefined: whoever asks says so, by start, end and step. */
  readonly window?: string;
  /** Conditions added to every filter, for example the environment. */
  readonly scope: Where;
}

/** One function over the records that meet all conditions. */
interface Part {
  readonly call: string;
  readonly conditions: readonly string[];
}

/** A number computed from parts, as the `math` pipe writes it. */
interface Formula {
  readonly text: string;
  /** What must hold of a part for there to be a number at all: mostly that it has counted a record, `v0:>0`. */
  readonly needs: readonly string[];
  /** Whether it can come out as no number: a quotient, a quantile of nothing. */
  readonly partial: boolean;
}

/**
 * An expression over log records in LogsQL, for `/select/logsql/stats_query`, `stats_query_range` and rules of type vlogs; metric operations
 * have none. The number is called `value`, what it is split by is named as Prometheus names labels.
 *
 * @throws Error for what is no operation over log records, and where parts look back or are split differently: a query has one of each
 */
export function compileLogsql(expression: Expression, { window, scope }: LogsqlContext): string {
  const of = expression.op === "top" ? expression.of : expression;
  const parts: Part[] = [];
  const formula = formulaOf(of, scope, parts);
  const { by, seconds } = sharedBy(of);
  const common = (parts[0]?.conditions ?? []).filter((one) =>
    parts.every(({ conditions }) => conditions.includes(one)),
  );
  const own = parts.map(({ conditions }) => conditions.filter((one) => !common.includes(one)));
  const single = formula.text === "v0" && parts.length === 1;
  const calls = parts.map(({ call }, index) => {
    const condition = own.length > 1 && own[index]?.length ? ` if (${own[index].join(" ")})` : "";
    return `${call}${condition} as ${single ? "value" : `v${index}`}`;
  });
  const keys = by.map(field);
  const range = window === undefined ? [] : [`_time:${seconds === undefined ? window : `${seconds}s`}`];
  const either = own.length < 2 || own.some(({ length }) => length === 0) ? [] : [`(${own.map(and).join(" or ")})`];
  // A group exists by its records, the only group of all does without any.
  const needed =
    single && keys.length > 0 ? [] : formula.needs.map((one) => `filter ${single ? one.replace("v0", "value") : one}`);
  return [
    and([...range, ...common, ...either]),
    `stats ${keys.length > 0 ? `by (${keys.join(", ")}) ` : ""}${calls.join(", ")}`,
    ...needed,
    ...(single ? [] : [`math ${formula.text} as value`, `delete ${parts.map((_, index) => `v${index}`).join(", ")}`]),
    ...(formula.partial ? ["filter value:range(-inf, inf)"] : []),
    ...(by.some((key) => prometheusLabel(key) !== key)
      ? [`rename ${by.map((key) => `${field(key)} as ${prometheusLabel(key)}`).join(", ")}`]
      : []),
    ...(expression.op === "top" ? [`first ${expression.count} by (value desc)`] : []),
  ].join(" | ");
}

/** The records themselves, for a logs panel. */
export const logFilter = (where: Where, severity: Severity, scope: Where, contains?: string): string =>
  and(conditionsOf({ ...scope, ...where }, severity, contains));

/** Seconds that the records of such a number are looked for by itself; undefined: as long as whoever asks. */
export const logLookback = (expression: Expression): number | undefined => sharedBy(expression).seconds;

/** What the number is where no record is found, undefined where it is none: an answer over time leaves such steps out. */
export function withoutRecords(expression: Expression): number | undefined {
  switch (expression.op) {
    case "constant":
      return expression.value;
    case "or-zero":
      return withoutRecords(expression.of) ?? 0;
    case "arithmetic": {
      const [left, right] = [withoutRecords(expression.left), withoutRecords(expression.right)];
      if (left === undefined || right === undefined) return undefined;
      const results = { "+": left + right, "-": left - right, "*": left * right, "/": left / right };
      return results[expression.how];
    }
    default:
      return undefined;
  }
}

function formulaOf(expression: Expression, scope: Where, parts: Part[]): Formula {
  const inner = (one: Expression): Formula => formulaOf(one, scope, parts);
  const add = (part: Part): string => `v${parts.push(part) - 1}`;
  switch (expression.op) {
    case "log-rate": {
      const { where, severity, contains, atMost } = expression;
      const bound = atMost === undefined ? [] : [`${field(atMost.attribute)}:range(-inf, ${atMost.value}]`];
      const conditions = [...conditionsOf({ ...scope, ...where }, severity, contains), ...bound];
      const part = add({ call: "rate()", conditions });
      return { text: part, needs: [`${part}:>0`], partial: false };
    }
    case "log-quantile": {
      const attribute = field(expression.attribute);
      const conditions = conditionsOf({ ...scope, ...expression.where }, "info", expression.contains);
      // without this one, a value that is no number would be sorted among the numbers
      const numbers = `${attribute}:range(-inf, inf)`;
      const part = add({ call: `quantile(${expression.q}, ${attribute})`, conditions: [...conditions, numbers] });
      if (expression.least === undefined) return { text: part, needs: [], partial: true };
      const { records, above } = expression.least;
      const beyond = add({ call: "count()", conditions: [...conditions, numbers, `${attribute}:>${above}`] });
      return { text: part, needs: [`${beyond}:>=${records}`], partial: true };
    }
    case "or-zero": {
      if (logNumbers(expression).some((one) => one.op === "log-quantile" && one.least !== undefined))
        throw new Error(
          "A quantile of at least so many records has no value where they are fewer, not 0: leave orZero out.",
        );
      const { text, partial } = inner(expression.of);
      return { text: partial ? `${operand(text)} default 0` : text, needs: [], partial: false };
    }
    case "arithmetic": {
      const [left, right] = [inner(expression.left), inner(expression.right)];
      return {
        text: `${operand(left.text)} ${expression.how} ${operand(right.text)}`,
        needs: [...left.needs, ...right.needs],
        partial: left.partial || right.partial || (expression.how === "/" && expression.right.op !== "constant"),
      };
    }
    case "ratio": {
      const [part, whole] = [inner(expression.part), inner(expression.whole)];
      return { text: `${operand(part.text)} / ${operand(whole.text)}`, needs: whole.needs, partial: true };
    }
    case "constant":
      return { text: String(expression.value), needs: [], partial: false };
    default:
      throw new Error(`"${expression.op}" is no operation over log records: use log-rate, top, or-zero or arithmetic.`);
  }
}

/** What all parts of a query must have in common. */
function sharedBy(expression: Expression): { readonly by: readonly string[]; readonly seconds: number | undefined } {
  const shapes = logNumbers(expression).map((one) => ({
    by: one.by,
    seconds: one.op === "log-quantile" ? one.seconds : undefined,
  }));
  const [first = { by: [], seconds: undefined }] = shapes;
  if (shapes.every((shape) => JSON.stringify(shape) === JSON.stringify(first))) return first;
  throw new Error(
    "The parts of a number over log records look back or are split differently, which no query of VictoriaLogs can: make them two signals.",
  );
}

function conditionsOf(where: Where, severity: Severity, contains?: string): readonly string[] {
  const least = AT_LEAST[severity];
  return [
    ...Object.entries(where).map(([attribute, match]) => condition(field(attribute), match)),
    ...(contains === undefined ? [] : [`_msg:*${text(contains)}*`]),
    ...(least === 0 ? [] : [`severity_number:>=${least}`]),
  ];
}

function condition(key: string, match: Match): string {
  if (typeof match === "string") return `${key}:=${text(match)}`;
  if ("not" in match) return `!${key}:=${text(match.not)}`;
  if ("unlike" in match) return `!${key}:~${anchored(match.unlike)}`;
  if ("like" in match) return match.like === ".+" ? `${key}:*` : `${key}:~${anchored(match.like)}`;
  if ("without" in match) return `!${key}:~${text(match.without.map(escapeRegex).join("|"))}`;
  return `${key}:in(${match.map(text).join(", ")})`;
}

/** Patterns cover the whole value, as in Prometheus. */
const anchored = (pattern: string): string => text(`^(?:${pattern})$`);

const and = (conditions: readonly string[]): string => (conditions.length === 0 ? "*" : conditions.join(" "));
const operand = (formula: string): string => (/^[\w.]+$/.test(formula) ? formula : `(${formula})`);

/** Quoted always: a name may be a word of the language. */
const field = (attribute: string): string => text(attribute);

/** vmalert replaces `%{NAME}` in its rules by what the environment holds. */
function text(value: string): string {
  return JSON.stringify(value).replaceAll("%{", "\\x25{");
}

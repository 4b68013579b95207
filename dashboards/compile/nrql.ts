import { isNumeric, numericRange } from "../model/attribute.ts";
import type { Expression, Match, Severity, Where } from "../model/expression.ts";
import { AT_LEAST, groupedBy, leavesOf, lookback, readsLogs } from "../model/expression.ts";
import type { Fidelity } from "../model/fidelity.ts";
import { approximated, EXACT, NAMED_INSTANCES, NEAREST_RECORD, unsupported, worst } from "../model/fidelity.ts";
import type { Metric } from "../model/metric.ts";
import { containsAny } from "./matcher.ts";

/** The parts of a query, so that charts, conditions and service levels can each add their own end. */
export interface Nrql {
  readonly from: "Metric" | "Log";
  readonly select: string;
  readonly where: string;
  readonly facet: readonly string[];
  /**
   * Aggregate that picks the facets. Without it only min, max, percentile, average and count pick by their own value; anything else
   * (a rate, a sum, a product) shows the facets with the most rows. Queries of alert conditions may not have it.
   * https://docs.newrelic.com/docs/nrql/nrql-syntax-clauses-functions/#sel-facet and #sel-facet-order
   */
  readonly order?: string;
  /** Rows or lines shown; undefined leaves New Relic's default. Queries of alert conditions may not have it. */
  readonly limit?: number;
  readonly fidelity: Fidelity;
}

/** An expression in NRQL, or why there is none. */
export function compileNrql(expression: Expression, scope: Where): Nrql {
  const logs = readsLogs(expression);
  if (logs && !isLogsOnly(expression)) return nothing("a query of New Relic reads logs or metrics, not both");
  const wheres = selectionsOf(expression);
  const common = commonConditions(wheres);
  const compiled = select(expression, common);
  const limit = limitOf(expression);
  const facet = groupedBy(expression).map(name);
  const order = facet.length === 0 ? undefined : orderOf(expression);
  return {
    from: logs ? "Log" : "Metric",
    select: compiled.text,
    where: [...conditions(scope), ...common].join(" AND "),
    facet,
    ...(order === undefined ? {} : { order }),
    ...(limit === undefined ? {} : { limit }),
    fidelity: compiled.fidelity,
  };
}

/** One query text; `tail` is for example `TIMESERIES` or empty. */
export function nrqlText(query: Nrql, tail: string): string {
  const parts = [`FROM ${query.from} SELECT ${query.select}`];
  if (query.where !== "") parts.push(`WHERE ${query.where}`);
  if (query.facet.length > 0) parts.push(`FACET ${query.facet.join(", ")}`);
  // directly behind FACET, else it is another clause
  if (query.order !== undefined) parts.push(`ORDER BY ${query.order}`);
  if (query.limit !== undefined) parts.push(`LIMIT ${query.limit}`);
  if (tail !== "") parts.push(tail);
  return parts.join(" ");
}

/** Conditions of a selection, as NRQL states them. */
export function conditions(where: Where): readonly string[] {
  return Object.entries(where).map(([attribute, match]) => condition(attribute, match));
}

export function logConditions(severity: Severity, contains?: string): readonly string[] {
  const least = AT_LEAST[severity];
  return [
    ...(least === 0 ? [] : [`severity.number >= ${least}`]),
    ...(contains === undefined ? [] : [containing(contains)]),
  ];
}

/** LIKE takes a per cent sign for any text, an underscore for any sign. */
const containing = (text: string): string =>
  /[%_]/.test(text) ? `message RLIKE ${pattern(`(?s)${containsAny([text])}`)}` : `message LIKE ${value(`%${text}%`)}`;

interface Part {
  readonly text: string;
  readonly fidelity: Fidelity;
}

function select(expression: Expression, common: readonly string[]): Part {
  switch (expression.op) {
    case "rate":
    case "at-most": {
      const events = number(expression, common);
      return { ...events, text: `rate(${events.text}, 1 second)` };
    }
    case "increase":
      return number(expression, common);
    case "quantile":
      return {
        text: filtered(`percentile(${metric(expression.metric)}, ${expression.q * 100})`, expression.where, common),
        fidelity: OWN_BUCKETS,
      };
    case "mean":
      return exact(filtered(`average(${metric(expression.metric)})`, expression.where, common));
    case "series":
      return {
        text: filtered(`uniqueCount(${seriesKey(expression.metric)})`, expression.where, common),
        fidelity: expression.metric.source === "presence" ? NAMED_INSTANCES : EXACT,
      };
    case "level":
      return level(expression, common);
    case "absent":
      return exact(filtered("count(*)", expression.where, common));
    case "log-rate":
      return exact(`rate(count(*), 1 second)`);
    case "log-quantile":
      return { text: logQuantile(expression), fidelity: NEAREST_RECORD };
    case "ratio":
      return share(expression.part, expression.whole, common);
    case "arithmetic":
      return joined(expression.left, expression.how, expression.right, common);
    case "constant":
      return exact(String(expression.value));
    case "since":
      return exact(`latest(timestamp) / 1000 - ${expression.at}`);
    case "top": {
      const all = select(expression.of, common);
      if (expression.of.op !== "ratio" && expression.of.op !== "arithmetic") return all;
      return { ...all, fidelity: worst([all.fidelity, approximated("the groups with most events, not the highest")]) };
    }
    case "or-zero":
      return select(expression.of, common);
    case "only-when":
      return onlyWhen(expression, common);
    default:
      return expression satisfies never;
  }
}

type OnlyWhen = Extract<Expression, { op: "only-when" }>;

/** A condition's window is six hours at most; what is counted over longer cannot be judged beside what is now. */
export function countsEvents({ events }: OnlyWhen): boolean {
  return (lookback(events) ?? 0) <= 3600;
}

/**
 * 0 where there are too few events (or too many), since a query has no condition on a result: the number is multiplied by 1 or 0. Right
 * wherever the number is feared to be too high. `clamp_max` and `floor` work on results:
 * https://docs.newrelic.com/docs/nrql/nrql-references/nrql-math-using-select/
 */
function onlyWhen({ of, events, is, limit }: OnlyWhen, common: readonly string[]): Part {
  const [a, b] = [select(of, common), select(events, common)];
  const enough = `clamp_max(floor((${b.text}) / ${limit}), 1)`;
  return {
    text: `(${a.text}) * ${is === ">=" ? enough : `(1 - ${enough})`}`,
    fidelity: worst([a.fidelity, b.fidelity]),
  };
}

/** 0 where too few records are above the limit, as in `onlyWhen`. */
function logQuantile({ attribute, q, least }: Extract<Expression, { op: "log-quantile" }>): string {
  const number = `numeric(${name(attribute)})`;
  const quantile = `percentile(${number}, ${q * 100})`;
  if (least === undefined) return quantile;
  const beyond = `filter(count(*), WHERE ${number} > ${least.above})`;
  return `(${quantile}) * clamp_max(floor((${beyond}) / ${least.records}), 1)`;
}

const ALL_REPORTS = approximated("of all reports within a step, not of its last");
const OWN_BUCKETS = approximated("New Relic keeps durations in buckets of its own and interpolates within them");

/** How many events there were, not per second. */
function number(of: Extract<Expression, { op: "rate" | "increase" | "at-most" }>, common: readonly string[]): Part {
  if (of.op !== "at-most") return exact(filtered(counted(of.metric), of.where, common));
  const fast = filtered(`getCdfCount(${metric(of.metric)}, ${of.bound})`, of.where, common);
  return { text: fast, fidelity: OWN_BUCKETS };
}

/** Two rates of one window are to each other as what they count. */
function share(part: Expression, whole: Expression, common: readonly string[]): Part {
  if (!isCount(part) || !isCount(whole)) return joined(part, "/", whole, common);
  const [a, b] = [number(part, common), number(whole, common)];
  return { text: `${a.text} / ${b.text}`, fidelity: worst([a.fidelity, b.fidelity, groups(part, whole)]) };
}

function isCount(of: Expression): of is Extract<Expression, { op: "rate" | "at-most" }> {
  return of.op === "rate" || of.op === "at-most";
}

function level(expression: Extract<Expression, { op: "level" }>, common: readonly string[]): Part {
  const value = metric(expression.metric);
  const apart = expression.metric.attributes.filter(
    (attribute) => !expression.by.includes(attribute) && typeof expression.where[attribute] !== "string",
  );
  if (expression.aggregate !== "sum") {
    const how = expression.aggregate === "avg" ? "average" : expression.aggregate;
    return { text: filtered(`${how}(${value})`, expression.where, common), fidelity: ALL_REPORTS };
  }
  if (apart.length === 0) return exact(filtered(`latest(${value})`, expression.where, common));
  // NRQL's sum adds every report within a step; the mean times the number of series does not
  const mean = filtered(`average(${value})`, expression.where, common);
  const number = filtered(`uniqueCount(${apart.map(name).join(", ")})`, expression.where, common);
  return {
    text: `${mean} * ${number}`,
    fidelity: approximated("the sum over series is their mean times their number"),
  };
}

function joined(left: Expression, how: string, right: Expression, common: readonly string[]): Part {
  const [a, b] = [select(left, common), select(right, common)];
  return { text: `(${a.text}) ${how} (${b.text})`, fidelity: worst([a.fidelity, b.fidelity, groups(left, right)]) };
}

/** NRQL facets the whole query, so both sides are split alike. */
function groups(left: Expression, right: Expression): Fidelity {
  if (left.op === "constant" || right.op === "constant") return EXACT;
  const same = groupedBy(left).join() === groupedBy(right).join();
  return same ? EXACT : approximated("both sides are split by the same attributes");
}

function exact(text: string): Part {
  return { text, fidelity: EXACT };
}

function nothing(why: string): Nrql {
  return { from: "Metric", select: "", where: "", facet: [], fidelity: unsupported(why) };
}

/** Delta sums add up to what happened; a distribution counts its measurements. */
function counted(of: Metric): string {
  return of.kind === "histogram" ? `count(${metric(of)})` : `sum(${metric(of)})`;
}

function seriesKey(of: Metric): string {
  if (of.source === "presence") return name("service.instance.id");
  return of.attributes.length === 0 ? "timestamp" : of.attributes.map(name).join(", ");
}

function filtered(aggregate: string, where: Where, common: readonly string[]): string {
  const own = conditions(where).filter((text) => !common.includes(text));
  return own.length === 0 ? aggregate : `filter(${aggregate}, WHERE ${own.join(" AND ")})`;
}

/** Conditions all parts share go to the query's WHERE, so that it reads less data. */
function commonConditions(all: readonly (readonly string[])[]): readonly string[] {
  const [first, ...others] = all;
  return (first ?? []).filter((text) => others.every((other) => other.includes(text)));
}

function selectionsOf(expression: Expression): readonly (readonly string[])[] {
  switch (expression.op) {
    case "ratio":
      return [...selectionsOf(expression.part), ...selectionsOf(expression.whole)];
    case "arithmetic":
      return [...selectionsOf(expression.left), ...selectionsOf(expression.right)];
    case "top":
    case "or-zero":
      return selectionsOf(expression.of);
    case "only-when":
      return [...selectionsOf(expression.of), ...(countsEvents(expression) ? selectionsOf(expression.events) : [])];
    case "constant":
    case "since":
      return [];
    case "log-rate": {
      const fast = expression.atMost;
      const bound = fast === undefined ? [] : [`numeric(${name(fast.attribute)}) <= ${fast.value}`];
      return [[...conditions(expression.where), ...logConditions(expression.severity, expression.contains), ...bound]];
    }
    case "log-quantile":
      return [[...conditions(expression.where), ...logConditions("info", expression.contains)]];
    case "absent":
      return [[...conditions(expression.where), presence(expression.metric)]];
    default:
      return [conditions(expression.where)];
  }
}

/** Only rows of the metric itself show that it is there; of a service, whatever its own SDK sends. */
function presence(of: Metric): string {
  return of.source === "presence" ? `${name("service.instance.id")} IS NOT NULL` : `metricName = ${value(of.name)}`;
}

const isLogsOnly = (expression: Expression): boolean =>
  leavesOf(expression).every(({ op }) => op === "log-rate" || op === "log-quantile" || op === "constant");

/** What picks the facets, where the function shown does not do so by itself. */
function orderOf(expression: Expression): string | undefined {
  switch (expression.op) {
    case "rate":
    case "increase":
    case "at-most":
      return counted(expression.metric);
    case "level":
      return expression.aggregate === "sum" ? `sum(${metric(expression.metric)})` : undefined;
    case "series":
      return `uniqueCount(${seriesKey(expression.metric)})`;
    case "log-rate":
      return "count(*)";
    case "ratio":
      return orderOf(expression.whole);
    case "arithmetic":
      return orderOf(groupedBy(expression.left).length > 0 ? expression.left : expression.right);
    case "top":
    case "or-zero":
    case "only-when":
      return orderOf(expression.of);
    default:
      return undefined;
  }
}

function limitOf(expression: Expression): number | undefined {
  if (expression.op === "top") return expression.count;
  return groupedBy(expression).length > 0 ? 50 : undefined;
}

function condition(attribute: string, match: Match): string {
  const key = name(attribute);
  // {{variable}}: a list that the dashboard fills in
  if (typeof match === "object" && "like" in match && match.like.startsWith("{{")) return `${key} IN (${match.like})`;
  if (typeof match === "object" && "like" in match && match.like === ".+") return `${key} IS NOT NULL`;
  if (isNumeric(attribute)) return numericCondition(key, match);
  if (typeof match === "string") return `${key} = ${value(match)}`;
  if ("not" in match) return `(${key} IS NULL OR ${key} != ${value(match.not)})`;
  if ("unlike" in match) return `(${key} IS NULL OR ${key} NOT RLIKE ${pattern(match.unlike)})`;
  if ("like" in match) return `${key} RLIKE ${pattern(match.like)}`;
  if ("without" in match) return `(${key} IS NULL OR ${key} NOT RLIKE ${pattern(containsAny(match.without))})`;
  return `${key} IN (${match.map(value).join(", ")})`;
}

/**
 * Types are not converted: a number never equals a text, and RLIKE and IN look at text.
 * https://docs.newrelic.com/docs/nrql/nrql-syntax-clauses-functions/#where-operators
 */
function numericCondition(key: string, match: Match): string {
  if (typeof match === "string") return `${key} = ${Number(match)}`;
  if ("not" in match) return `(${key} IS NULL OR ${key} != ${Number(match.not)})`;
  if ("like" in match) {
    const [from, to] = numericRange(match.like);
    return `${key} >= ${from} AND ${key} < ${to}`;
  }
  if ("unlike" in match) {
    const [from, to] = numericRange(match.unlike);
    return `(${key} IS NULL OR ${key} < ${from} OR ${key} >= ${to})`;
  }
  if ("without" in match) throw new Error(`${key} is a number, which contains no text.`);
  return `(${match.map((one) => `${key} = ${Number(one)}`).join(" OR ")})`;
}

function value(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/** A raw string, in which nothing is escaped: a quotation mark is written as its code. */
function pattern(regex: string): string {
  return `r'${regex.replaceAll("'", "\\x27")}'`;
}

function metric(of: Metric): string {
  return `\`${of.name}\``;
}

/** Names with dots need no quotes in NRQL, anything else does. */
function name(attribute: string): string {
  return /^[A-Za-z_][A-Za-z0-9_.]*$/.test(attribute) ? attribute : `\`${attribute}\``;
}

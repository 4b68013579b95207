import type { Calculation, HoneycombQuery } from "../../../dashboards/compile/honeycomb.ts";
import type { Point, Series } from "../../recording/model.ts";
import { weightedQuantile } from "../new-relic/select.ts";
import type { Event, Value } from "./events.ts";
import { readField } from "./field.ts";
import { defaultFunction, type Group, type Stored, type TemporalFunction, within } from "./stored.ts";
import { readFilter } from "./trigger.ts";

/** Values by those of the breakdowns, joined; without breakdowns there is one, under no name. */
export type Grouped = ReadonlyMap<string, number>;
export type Query = Pick<HoneycombQuery, "calculations" | "calculated_fields" | "filters" | "breakdowns">;

/**
 * What each calculation of a query answers over the step that ends at a moment (seconds). `dataset` undefined: events of all services.
 *
 * @throws Error where Honeycomb refuses the query
 */
export function answersOf(
  query: Query,
  dataset: string | undefined,
  stored: Stored,
  end: number,
  seconds: number,
): readonly Grouped[] {
  const filters = (query.filters ?? []).map(readFilter);
  const fields = new Map((query.calculated_fields ?? []).map(({ name, expression }) => [name, expression]));
  const all = dataset === undefined ? stored.events : stored.groups.map((group) => stepOf(group, fields, end, seconds));
  const events = all.filter(
    (event) => event.at > end - seconds && event.at <= end && filters.every((passes) => passes(event)),
  );
  return query.calculations.map((calculation) => {
    if (dataset !== undefined) refuse(calculation);
    const groups = Map.groupBy(events, ({ columns }) => keyOf(columns, query.breakdowns ?? []));
    return new Map(
      [...groups].flatMap(([key, group]) => {
        const value = calculated(calculation, fields, group);
        return value === undefined ? [] : [[key, value] as const];
      }),
    );
  });
}

const keyOf = (columns: Event["columns"], breakdowns: readonly string[]): string =>
  breakdowns.map((column) => String(columns[column] ?? "")).join("|");

/**
 * Operators a dataset of metrics has not: a bare COUNT, RATE_* and CONCURRENCY
 * (https://docs.honeycomb.io/investigate/query/apply-temporal-aggregation, honeycombio/agent-skill skills/metrics-queries).
 */
function refuse({ op, column }: Calculation): void {
  if (column === undefined && op !== ("COUNT_DATAPOINTS" as string))
    throw new Error(`Honeycomb refuses ${op} without a column in a dataset of metrics.`);
  if (op.startsWith("RATE_")) throw new Error(`Honeycomb refuses ${op} in a dataset of metrics.`);
}

function calculated(
  { op, column }: Calculation,
  fields: ReadonlyMap<string, string>,
  events: readonly Event[],
): number | undefined {
  if (op === "COUNT") return sum(events.map(({ weight }) => weight));
  const expression = fields.get(column ?? "");
  const field =
    expression === undefined ? ({ columns }: Event) => columns[column ?? ""] : readField(temporal(expression));
  const values = events.flatMap((event) => {
    const value = field(event);
    return value === undefined ? [] : [{ value, count: event.weight }];
  });
  if (op === "COUNT_DISTINCT") return new Set(values.map(({ value }) => value)).size;
  const numbers = values.flatMap(({ value, count }) => (typeof value === "number" ? [{ value, count }] : []));
  if (numbers.length === 0) return undefined;
  switch (op) {
    case "SUM":
      return sum(numbers.map(({ value, count }) => value * count));
    case "AVG":
      return sum(numbers.map(({ value, count }) => value * count)) / sum(numbers.map(({ count }) => count));
    case "MAX":
      return Math.max(...numbers.map(({ value }) => value));
    case "MIN":
      return Math.min(...numbers.map(({ value }) => value));
    default:
      if (/^P\d+$/.test(op)) return weightedQuantile(numbers, Number(`0.${op.slice(1)}`));
      throw new Error(`${op} is not known here.`);
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const TEMPORAL = /\b(RATE|INCREASE|LAST|SUMMARIZE)\(\$([\w.]+)(?:,\s*\d+)?\)/g;

/** A field in which temporal functions are columns that `stepOf` has filled in. */
const temporal = (expression: string): string => expression.replaceAll(TEMPORAL, "$$$1.$2");

/** One step of the series with the same attributes: an event whose columns are their values in it. */
function stepOf(
  { attributes, metrics }: Group,
  fields: ReadonlyMap<string, string>,
  end: number,
  seconds: number,
): Event {
  const [from, to] = [(end - seconds) * 1000, end * 1000];
  const columns: Record<string, Value> = { ...attributes };
  const set = (name: string, value: number | undefined): void => {
    if (value !== undefined) columns[name] = value;
  };
  const own = [...fields.values()].flatMap((expression) => [...expression.matchAll(TEMPORAL)]);
  for (const [name, series] of metrics) {
    const standard = defaultFunction(series);
    for (const [column, of] of partsOf(name, series)) {
      set(column, within(series, of, standard, from, to));
      for (const [, how = "", metric] of own) {
        if (metric === column) set(`${how}.${column}`, within(series, of, how as TemporalFunction, from, to));
      }
    }
    if (series.kind === "histogram") set(`${name}.avg`, mean(series, standard, from, to));
  }
  return { at: end, place: "metrics", weight: 1, columns };
}

type Part = readonly [column: string, of: (point: Point) => number | undefined];

/** A histogram is several columns. */
function partsOf(name: string, { kind }: Series): readonly Part[] {
  if (kind === "gauge" || kind === "sum") return [[name, ({ value }) => value]];
  return [
    [`${name}.count`, ({ count }) => count],
    [`${name}.sum`, ({ sum: total }) => total],
  ];
}

function mean(series: Series, how: TemporalFunction, from: number, to: number): number | undefined {
  const total = within(series, ({ sum: value }) => value, how, from, to);
  const count = within(series, ({ count: value }) => value, how, from, to);
  return total === undefined || count === undefined || count === 0 ? undefined : total / count;
}

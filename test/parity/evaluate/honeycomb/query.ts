import type { Calculation, HoneycombQuery } from "../../../../dashboards/compile/honeycomb.ts";
import type { Filter } from "../../../../dashboards/compile/honeycomb-filters.ts";
import { weightedQuantile } from "../new-relic/select.ts";
import type { Measured } from "../recorded/recording.ts";
import type { Columns, Event, Point, Series, Stored, Value } from "./events.ts";
import { type Field, readField } from "./field.ts";

type Asked = Omit<HoneycombQuery, "orders" | "limit">;
/** Numbers of each group, by the names of formulas, or of calculations (`SUM(x)`) where there is no formula. */
export type Answer = ReadonlyMap<string, Readonly<Record<string, number | undefined>>>;

const KNOWN = "calculations calculated_fields formulas filters breakdowns orders limit time_range granularity".split(
  " ",
);

/**
 * What Honeycomb answers for the step of a query that ends at a moment (seconds). A step is as long as the granularity, without one as
 * long as the whole time. Without a split there is one group even where there is no data.
 *
 * @throws Error for what Honeycomb refuses, and for what our compiler does not write today
 */
export function answerAt(query: Asked, place: "metrics" | "events", stored: Stored, until: number): Answer {
  checkQuery(query, place);
  const step = query.granularity ?? query.time_range;
  const shared = query.filters ?? [];
  const by = query.breakdowns ?? [];
  const results = query.calculations.map((calculation) => {
    const passes = (columns: Columns): boolean =>
      [...shared, ...(calculation.filters ?? [])].every((filter) => readFilter(filter)(columns));
    const field = query.calculated_fields?.find(({ name }) => name === calculation.column)?.expression;
    const groups =
      place === "metrics"
        ? overSeries(
            calculation,
            field,
            stored.series.filter(({ attributes }) => passes(attributes)),
            by,
            until,
            step,
          )
        : overEvents(
            calculation,
            field,
            within(stored.events, until, step).filter(({ columns }) => passes(columns)),
            by,
          );
    return { name: calculation.name ?? `${calculation.op}(${calculation.column ?? ""})`, groups };
  });
  const keys = new Set(by.length === 0 ? [""] : results.flatMap(({ groups }) => [...groups.keys()]));
  return new Map(
    [...keys].map((key) => {
      const values = Object.fromEntries(
        results.map(({ name, groups }) => [name, groups.get(key) ?? nothingOf(name)] as const),
      );
      return [key, query.formulas === undefined ? values : formulas(query.formulas, values)];
    }),
  );
}

/** What is counted is 0 where there is nothing; anything else is no number. */
const nothingOf = (name: string): number | undefined => (/^COUNT/.test(name) ? 0 : undefined);

function formulas(
  all: NonNullable<HoneycombQuery["formulas"]>,
  values: Readonly<Record<string, number | undefined>>,
): Readonly<Record<string, number | undefined>> {
  const known = Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
  return Object.fromEntries(
    all.map(({ name, expression }) => {
      const value = readField(expression)(known);
      return [name, typeof value === "number" ? value : undefined];
    }),
  );
}

/** Rules of https://github.com/honeycombio/agent-skill/blob/main/honeycomb/skills/metrics-queries/SKILL.md */
function checkQuery(query: Asked, place: "metrics" | "events"): void {
  const unknown = Object.keys(query).filter((key) => !KNOWN.includes(key));
  if (unknown.length > 0) throw new Error(`Unknown properties of a query: ${unknown.join(", ")}.`);
  const names = query.calculations.flatMap(({ name }) => name ?? []);
  if (new Set(names).size < names.length) throw new Error("Two calculations of one name.");
  if (names.length > 0 && (query.filters ?? []).length > 0) throw new Error("Filters beside named calculations.");
  if (names.length > 0 !== (query.formulas !== undefined)) throw new Error("Names are for formulas.");
  for (const { op, column } of query.calculations) {
    if (place === "metrics" && op === "COUNT" && column === undefined) throw new Error("COUNT is refused of metrics.");
    if (place === "events" && op === "COUNT_DATAPOINTS") throw new Error("COUNT_DATAPOINTS is refused of events.");
  }
}

const within = <T extends { readonly at: number }>(all: readonly T[], until: number, seconds: number): readonly T[] =>
  all.filter(({ at }) => at > until - seconds && at <= until);

const keyOf = (columns: Columns, by: readonly string[]): string => by.map((name) => String(columns[name])).join("|");

/** Over time first, series by series, then over the series of a group. */
function overSeries(
  { op, column }: Calculation,
  field: string | undefined,
  series: readonly Series[],
  by: readonly string[],
  until: number,
  step: number,
): ReadonlyMap<string, number | undefined> {
  if (op === "COUNT_DATAPOINTS") {
    const own = series.filter(({ metric }) => column === undefined || metric === column);
    return grouped(own, by, (group) => total(group.map(({ points }) => within(points, until, step).length)));
  }
  if (op === "COUNT_DISTINCT") {
    const there = series.filter(
      ({ points, attributes }) => attributes[column ?? ""] !== undefined && within(points, until, step).length > 0,
    );
    return grouped(there, by, (group) => new Set(group.map(({ attributes }) => attributes[column ?? ""])).size);
  }
  const temporal = field === undefined ? undefined : readTemporal(field);
  const name = temporal?.metric ?? column;
  return grouped(
    series.filter(({ metric }) => metric === name),
    by,
    (group) => {
      const values = group.flatMap((one): readonly Measured[] => {
        if (one.kind === "histogram") return within(one.points, until, step).flatMap(({ measured }) => measured);
        const value = overTime(
          temporal?.how ?? (one.kind === "sum" ? "INCREASE" : "LAST"),
          one,
          until,
          temporal?.seconds ?? step,
        );
        return value === undefined ? [] : [{ value, count: 1 }];
      });
      return aggregate(op, values);
    },
  );
}

/** https://docs.honeycomb.io/investigate/query/apply-temporal-aggregation */
function readTemporal(text: string): { readonly how: string; readonly metric: string; readonly seconds?: number } {
  const found = /^(RATE|INCREASE|LAST)\(\$([\w.]+)(?:, (\d+))?\)$/.exec(text);
  if (found === null) throw new Error(`Not understood as a field of metrics: ${text}`);
  const [, how = "", metric = "", seconds] = found;
  return { how, metric, ...(seconds === undefined ? {} : { seconds: Number(seconds) }) };
}

function overTime(how: string, { points }: Series, until: number, seconds: number): number | undefined {
  const inside = within(points, until, seconds);
  if (inside.length === 0) return undefined;
  if (how === "LAST") return inside.at(-1)?.value;
  const begun = points.filter(({ at }) => at <= until - seconds).at(-1);
  const grown = increase(begun === undefined ? inside : [begun, ...inside]);
  return how === "RATE" ? grown / seconds : grown;
}

/** A counter that fell began anew. */
function increase(points: readonly Point[]): number {
  return total(
    points.slice(1).map(({ value }, index) => {
      const before = points[index]?.value ?? 0;
      return value >= before ? value - before : value;
    }),
  );
}

function overEvents(
  { op, column }: Calculation,
  field: string | undefined,
  events: readonly Event[],
  by: readonly string[],
): ReadonlyMap<string, number | undefined> {
  const read: Field = field === undefined ? (columns) => columns[column ?? ""] : readField(field);
  return grouped(events, by, (group) => {
    if (op === "COUNT" && column === undefined) return total(group.map(({ weight }) => weight));
    const values = group.flatMap(({ columns, weight }) => {
      const value = read(columns);
      return typeof value === "number" ? [{ value, count: weight }] : [];
    });
    return aggregate(op, values);
  });
}

function grouped<T extends { readonly columns: Columns } | { readonly attributes: Columns }>(
  all: readonly T[],
  by: readonly string[],
  number: (group: readonly T[]) => number | undefined,
): ReadonlyMap<string, number | undefined> {
  const columnsOf = (one: T): Columns => ("columns" in one ? one.columns : one.attributes);
  const groups = Map.groupBy(all, (one) => keyOf(columnsOf(one), by));
  return new Map([...groups].map(([key, group]) => [key, number(group)]));
}

const PERCENTILE = /^P(\d\d)$/;

function aggregate(op: string, values: readonly Measured[]): number | undefined {
  if (values.length === 0) return undefined;
  const percentile = PERCENTILE.exec(op)?.[1];
  if (percentile !== undefined) return weightedQuantile(values, Number(percentile) / 100);
  const numbers = values.map(({ value }) => value);
  const sum = total(values.map(({ value, count }) => value * count));
  switch (op) {
    case "SUM":
      return sum;
    case "AVG":
      return sum / total(values.map(({ count }) => count));
    case "MAX":
      return Math.max(...numbers);
    case "MIN":
      return Math.min(...numbers);
    default:
      throw new Error(`Our compiler does not write ${op} today.`);
  }
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** A column that is missing passes only what asks for its absence, or for another value. Types are not converted. */
export function readFilter({ column, op, value }: Filter): (columns: Columns) => boolean {
  const compare = (how: (actual: number, limit: number) => boolean) => (columns: Columns) => {
    const actual = columns[column];
    return typeof actual === "number" && typeof value === "number" && how(actual, value);
  };
  const has = (test: (actual: Value) => boolean) => (columns: Columns) => {
    const actual = columns[column];
    return actual !== undefined && test(actual);
  };
  switch (op) {
    case "=":
      return has((actual) => actual === value);
    case "!=":
      return (columns) => columns[column] !== value;
    case "exists":
      return has(() => true);
    case "does-not-exist":
      return (columns) => columns[column] === undefined;
    case "in":
      return has((actual) => Array.isArray(value) && value.includes(actual));
    case "starts-with":
      return has((actual) => String(actual).startsWith(String(value)));
    case "does-not-start-with":
      return (columns) => !String(columns[column] ?? "").startsWith(String(value));
    case "contains":
      return has((actual) => String(actual).includes(String(value)));
    case "does-not-contain":
      return (columns) => !String(columns[column] ?? "").includes(String(value));
    case ">=":
      return compare((actual, limit) => actual >= limit);
    case "<=":
      return compare((actual, limit) => actual <= limit);
    case ">":
      return compare((actual, limit) => actual > limit);
    case "<":
      return compare((actual, limit) => actual < limit);
    default:
      return op satisfies never;
  }
}

import type { Filter } from "../../../dashboards/compile/honeycomb-filters.ts";
import type { HoneycombTrigger } from "../../../dashboards/render/honeycomb/triggers.ts";
import { weightedQuantile } from "../new-relic/select.ts";
import type { Recording } from "../recorded/recording.ts";
import { type Event, storedByHoneycomb, type Value } from "./events.ts";
import { type Field, readField } from "./field.ts";

const KNOWN = "id severity name description dataset query threshold frequency alertType".split(" ");
const KNOWN_IN_QUERY = "calculations calculated_fields filters breakdowns time_range".split(" ");

/**
 * True when a trigger is triggered at a moment (seconds). It runs every `frequency` over the last `time_range`; it is triggered
 * when one group's number broke the threshold as often in a row as `exceededLimit` says. A group without events is no group.
 */
export function triggeredAt(trigger: HoneycombTrigger, recording: Recording, seconds: number): boolean {
  const unknown = [
    ...Object.keys(trigger).filter((key) => !KNOWN.includes(key)),
    ...Object.keys(trigger.query).filter((key) => !KNOWN_IN_QUERY.includes(key)),
  ];
  if (unknown.length > 0) throw new Error(`Unknown properties of a trigger: ${unknown.join(", ")}.`);
  const { threshold, frequency, query, dataset } = trigger;
  const filters = (query.filters ?? []).map(readFilter);
  const events = stored(recording).filter(
    (event) => (dataset === undefined || event.place === "metrics") && filters.every((passes) => passes(event)),
  );
  const times = Array.from({ length: Math.floor(seconds / frequency) }, (_, index) => (index + 1) * frequency);
  const broken = times.slice(-threshold.exceededLimit).map((until) => {
    const inside = events.filter(({ at }) => at > until - query.time_range && at <= until);
    const numbers = [...groups(inside, trigger)].map(([key, group]) => [key, number(group, trigger)] as const);
    return new Set(numbers.filter(([, value]) => breaks(value, threshold)).map(([key]) => key));
  });
  return [...(broken[0] ?? [])].some((key) => broken.every((keys) => keys.has(key)));
}

const seen = new WeakMap<Recording, readonly Event[]>();

function stored(recording: Recording): readonly Event[] {
  const events = seen.get(recording) ?? storedByHoneycomb(recording);
  seen.set(recording, events);
  return events;
}

function breaks(value: number | undefined, { op, value: limit }: HoneycombTrigger["threshold"]): boolean {
  if (value === undefined) return false;
  return op === ">" ? value > limit : value < limit;
}

function groups(events: readonly Event[], { query }: HoneycombTrigger): ReadonlyMap<string, readonly Event[]> {
  const by = query.breakdowns ?? [];
  if (by.length === 0) return new Map([["", events]]);
  return Map.groupBy(events, ({ columns }) => by.map((column) => String(columns[column])).join("|"));
}

function number(events: readonly Event[], { query }: HoneycombTrigger): number | undefined {
  const [calculation, ...more] = query.calculations;
  if (calculation === undefined || more.length > 0) throw new Error("A trigger has exactly one calculation.");
  const { op, column } = calculation;
  if (op === "COUNT") return sum(events.map(({ weight }) => weight));
  const own = query.calculated_fields?.find(({ name }) => name === column);
  const field: Field = own === undefined ? ({ columns }) => columns[column ?? ""] : readField(own.expression);
  const values = events.flatMap((event) => {
    const value = field(event);
    return typeof value === "number" ? [{ value, count: event.weight }] : [];
  });
  if (values.length === 0) return undefined;
  switch (op) {
    case "SUM":
      return sum(values.map(({ value, count }) => value * count));
    case "AVG":
      return sum(values.map(({ value, count }) => value * count)) / sum(values.map(({ count }) => count));
    case "MAX":
      return Math.max(...values.map(({ value }) => value));
    case "P95":
      return weightedQuantile(values, 0.95);
    default:
      // RATE_SUM and its kin compare the steps of a graph; a trigger has one number and no steps
      throw new Error(`No trigger calculates ${op} today.`);
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function readFilter({ column, op, value }: Filter): (event: Event) => boolean {
  const compare = (how: (actual: number, limit: number) => boolean) => (event: Event) => {
    const actual = event.columns[column];
    return typeof actual === "number" && typeof value === "number" && how(actual, value);
  };
  const has = (test: (actual: Value) => boolean) => (event: Event) => {
    const actual = event.columns[column];
    return actual !== undefined && test(actual);
  };
  switch (op) {
    case "=":
      return has((actual) => actual === value);
    case "!=":
      return ({ columns }) => columns[column] !== value;
    case "exists":
      return has(() => true);
    case "in":
      return has((actual) => Array.isArray(value) && value.includes(actual));
    case "starts-with":
      return has((actual) => String(actual).startsWith(String(value)));
    case "contains":
      return has((actual) => String(actual).includes(String(value)));
    case "does-not-contain":
      return ({ columns }) => !String(columns[column] ?? "").includes(String(value));
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

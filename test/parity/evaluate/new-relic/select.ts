import type { Reader } from "../reader.ts";
import type { Measured } from "../recorded/recording.ts";
import { readConditions, type Test } from "./conditions.ts";
import type { Row } from "./rows.ts";

/** A number computed from the rows of one window; undefined where NRQL answers null. */
export interface Select {
  readonly value: (rows: readonly Row[], windowSeconds: number) => number | undefined;
  /** Metrics it names; a row of another metric has no part in it. None: every row has. */
  readonly metrics: readonly string[];
}

/** Sums, products and their parts. */
export function readSelect(reader: Reader): Select {
  let left = product(reader);
  while (reader.peek() === "+" || reader.peek() === "-") left = joined(left, reader.take(), product(reader));
  return left;
}

function product(reader: Reader): Select {
  let left = factor(reader);
  while (reader.peek() === "*" || reader.peek() === "/") left = joined(left, reader.take(), factor(reader));
  return left;
}

function joined(left: Select, how: string, right: Select): Select {
  return {
    metrics: [...left.metrics, ...right.metrics],
    value: (rows, seconds) => {
      const [a, b] = [left.value(rows, seconds), right.value(rows, seconds)];
      if (a === undefined || b === undefined) return undefined;
      if (how === "+") return a + b;
      if (how === "-") return a - b;
      if (how === "*") return a * b;
      return b === 0 ? undefined : a / b;
    },
  };
}

function factor(reader: Reader): Select {
  if (reader.maybe("(")) {
    const inside = readSelect(reader);
    reader.expect(")");
    return inside;
  }
  if (/^[\d-]/.test(reader.peek())) {
    const sign = reader.maybe("-") ? -1 : 1;
    const constant = sign * reader.number();
    return { metrics: [], value: () => constant };
  }
  if (reader.maybe("rate")) {
    reader.expect("(");
    const counted = readSelect(reader);
    reader.expect(",", "1", "second", ")");
    return { ...counted, value: (rows, seconds) => scaled(counted.value(rows, seconds), 1 / seconds) };
  }
  // https://docs.newrelic.com/docs/nrql/nrql-references/nrql-math-using-select/
  if (reader.maybe("floor")) {
    reader.expect("(");
    const inside = readSelect(reader);
    reader.expect(")");
    return { ...inside, value: (rows, seconds) => mapped(inside.value(rows, seconds), Math.floor) };
  }
  if (reader.maybe("clamp_max")) {
    reader.expect("(");
    const inside = readSelect(reader);
    reader.expect(",");
    const most = reader.number();
    reader.expect(")");
    return {
      ...inside,
      value: (rows, seconds) => mapped(inside.value(rows, seconds), (value) => Math.min(value, most)),
    };
  }
  if (reader.maybe("filter")) {
    reader.expect("(");
    const all = aggregate(reader);
    reader.expect(",", "WHERE");
    const test: Test = readConditions(reader);
    reader.expect(")");
    return { ...all, value: (rows, seconds) => all.value(rows.filter(test), seconds) };
  }
  return aggregate(reader);
}

function aggregate(reader: Reader): Select {
  const how = reader.take();
  reader.expect("(");
  if (how === "count" && reader.maybe("*")) {
    reader.expect(")");
    return { metrics: [], value: (rows) => rows.length };
  }
  if (how === "uniqueCount") {
    const keys = reader.several(() => reader.take());
    reader.expect(")");
    // a row that lacks one of them is not counted
    const complete = (row: Row): boolean => keys.every((key) => row[key] !== undefined);
    const one = (row: Row): string => keys.map((key) => String(row[key])).join("|");
    return { metrics: [], value: (rows) => new Set(rows.filter(complete).map(one)).size };
  }
  const numeric = reader.maybe("numeric");
  if (numeric) reader.expect("(");
  const named = reader.take();
  const key = named.replaceAll("`", "");
  if (numeric) reader.expect(")");
  const argument = (how === "percentile" || how === "getCdfCount") && reader.maybe(",") ? reader.number() : undefined;
  reader.expect(")");
  const metrics = named.startsWith("`") ? [key] : [];
  const of = (rows: readonly Row[]): readonly Measured[] => rows.flatMap((row) => measuredIn(row[key]));
  switch (how) {
    case "count":
      return { metrics, value: (rows) => totals(rows, key)?.count ?? 0 };
    case "sum":
      return { metrics, value: (rows) => totals(rows, key)?.sum ?? 0 };
    case "average":
      return { metrics, value: (rows) => mean(totals(rows, key)) };
    case "max":
      return { metrics, value: (rows) => some(of(rows), (values) => Math.max(...values)) };
    case "min":
      return { metrics, value: (rows) => some(of(rows), (values) => Math.min(...values)) };
    case "latest":
      return { metrics, value: (rows) => of(rows).at(-1)?.value };
    case "percentile":
      if (argument === undefined) return reader.fail("expected a percentile");
      return { metrics, value: (rows) => weightedQuantile(of(rows), argument / 100) };
    case "getCdfCount":
      if (argument === undefined) return reader.fail("expected a limit");
      return {
        metrics,
        value: (rows) => total(of(rows).flatMap(({ value, count }) => (value <= argument ? [count] : []))),
      };
    default:
      return reader.fail(`unknown function ${how}`);
  }
}

function measuredIn(value: Row[string] | undefined): readonly Measured[] {
  if (value === undefined || typeof value === "string") return [];
  if (typeof value === "number") return [{ value, count: 1 }];
  return ("measured" in value ? value.measured : value).filter(({ count }) => count > 0);
}

/** How many measurements and their sum; undefined where there is no row with such a value. */
function totals(rows: readonly Row[], key: string): { readonly count: number; readonly sum: number } | undefined {
  const all = rows.flatMap((row) => {
    const value = row[key];
    if (typeof value === "object" && "measured" in value) return [value];
    return measuredIn(value).map((one) => ({ count: one.count, sum: one.value * one.count }));
  });
  if (all.length === 0) return undefined;
  return { count: total(all.map(({ count }) => count)), sum: total(all.map(({ sum }) => sum)) };
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

const mapped = (value: number | undefined, how: (value: number) => number): number | undefined =>
  value === undefined ? undefined : how(value);

function scaled(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}

function mean(all: ReturnType<typeof totals>): number | undefined {
  return all === undefined || all.count === 0 ? undefined : all.sum / all.count;
}

function some(all: readonly Measured[], how: (values: readonly number[]) => number): number | undefined {
  return all.length === 0 ? undefined : how(all.map(({ value }) => value));
}

/** The smallest value that is at least as large as the given share of all. */
export function weightedQuantile(all: readonly Measured[], share: number): number | undefined {
  const sorted = all.toSorted((a, b) => a.value - b.value);
  const wanted = share * total(sorted.map(({ count }) => count));
  let seen = 0;
  for (const { value, count } of sorted) {
    seen += count;
    if (seen >= wanted) return value;
  }
  return undefined;
}

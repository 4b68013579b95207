import type { Reader } from "../../../parity/evaluate/reader.ts";
import type { Entry } from "./entries.ts";

/** Which log lines, over how long, and which number of each. */
export interface Range {
  readonly seconds: number;
  readonly passes: (entry: Entry) => boolean;
  /** What was unwrapped; 1 otherwise. */
  readonly value: (entry: Entry) => number;
}

type Test = (entry: Entry) => boolean;

/** `{a="b"} |= "text" | label >= 17 | unwrap label [5m]` */
export function readRange(reader: Reader): Range {
  reader.expect("{");
  const tests = [...reader.several(() => matcher(reader))];
  reader.expect("}");
  let unwrapped: string | undefined;
  let dropsErrors = false;
  while (reader.peek() !== "[") {
    if (reader.maybe("|=")) {
      const part = text(reader);
      tests.push(({ line }) => line.includes(part));
      continue;
    }
    reader.expect("|");
    if (reader.maybe("unwrap")) unwrapped = reader.take();
    else if (reader.maybe("__error__")) {
      reader.expect("=", '""');
      dropsErrors = unwrapped !== undefined;
    } else tests.push(comparison(reader));
  }
  reader.expect("[");
  const seconds = duration(reader);
  reader.expect("]");
  const own = unwrapped;
  // https://grafana.com/docs/loki/latest/query/metric_queries/#unwrapped-range-aggregations
  const isNumber = ({ labels }: Entry): boolean => {
    if (own === undefined || !Number.isNaN(Number(labels[own] ?? Number.NaN))) return true;
    if (dropsErrors || labels[own] === undefined) return false;
    throw new Error(`pipeline error: 'SampleExtractionErr': ${own} is "${labels[own]}", which is no number.`);
  };
  return {
    seconds,
    passes: (entry) => tests.every((test) => test(entry)) && isNumber(entry),
    value: ({ labels }) => (own === undefined ? 1 : Number(labels[own])),
  };
}

function matcher(reader: Reader): Test {
  const label = reader.take();
  const operator = reader.take();
  const wanted = text(reader);
  const pattern = new RegExp(`^(?:${wanted})$`);
  switch (operator) {
    case "=":
      return ({ labels }) => (labels[label] ?? "") === wanted;
    case "=~":
      return ({ labels }) => pattern.test(labels[label] ?? "");
    default:
      return reader.fail(`unknown matcher ${operator} before this`);
  }
}

function comparison(reader: Reader): Test {
  const label = reader.take();
  const operator = reader.take();
  const limit = reader.number();
  switch (operator) {
    case ">=":
      return ({ labels }) => labels[label] !== undefined && Number(labels[label]) >= limit;
    case ">":
      return ({ labels }) => labels[label] !== undefined && Number(labels[label]) > limit;
    case "<=":
      return ({ labels }) => labels[label] !== undefined && Number(labels[label]) <= limit;
    default:
      return reader.fail(`unknown comparison ${operator} before this`);
  }
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function duration(reader: Reader): number {
  return readDuration(reader.take()) ?? reader.fail("expected a duration before this");
}

/** Seconds of `5m`; undefined for something else. */
export function readDuration(word: string): number | undefined {
  const found = /^(\d+)([smhd])$/.exec(word);
  return found === null ? undefined : Number(found[1]) * (UNITS[found[2] ?? ""] ?? Number.NaN);
}

function text(reader: Reader): string {
  const word = reader.take();
  return word.startsWith('"') ? (JSON.parse(word) as string) : reader.fail("expected a text before this");
}

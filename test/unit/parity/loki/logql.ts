import { Reader } from "../../../parity/evaluate/reader.ts";
import type { Recording } from "../../../parity/evaluate/recorded/recording.ts";
import { type Entry, storedByLoki } from "./entries.ts";
import { type Range, readRange } from "./range.ts";

/** A vector: values by their labels (as JSON text), or one number without labels. */
export type Answer = ReadonlyMap<string, number> | number;
/** A query, understood: what it answers at a moment. */
export type LogQuery = (entries: readonly Entry[], at: number) => Answer;

const WORD =
  /\s+|"(?:[^"\\]|\\.)*"|\d+(?:\.\d+)?[smhd](?!\w)|\d+(?:\.\d+)?|[A-Za-z_]\w*|\|=|<=|>=|=~|!=|!~|[-+*/(){}[\],=<>|]/;

/** @throws Error for whatever our compiler does not write today */
export function readLogql(text: string): (recording: Recording, at: number) => Answer {
  const reader = new Reader(text, WORD);
  const query = either(reader);
  if (!reader.done) reader.fail("expected the end");
  return (recording, at) => query(storedByLoki(recording), at);
}

/** `or` binds weakest, then `and`, comparisons, sums, products. */
function either(reader: Reader): LogQuery {
  let left = both(reader);
  while (reader.maybe("or")) left = set(left, both(reader), (a, b) => new Map([...b, ...a]));
  return left;
}

function both(reader: Reader): LogQuery {
  let left = compared(reader);
  while (reader.maybe("and"))
    left = set(left, compared(reader), (a, b) => new Map([...a].filter(([labels]) => b.has(labels))));
  return left;
}

type Vector = ReadonlyMap<string, number>;

function set(left: LogQuery, right: LogQuery, how: (a: Vector, b: Vector) => Vector): LogQuery {
  return (entries, at) => {
    const [a, b] = [left(entries, at), right(entries, at)];
    if (typeof a === "number" || typeof b === "number") throw new Error("`or` and `and` join vectors, not numbers.");
    return how(a, b);
  };
}

function compared(reader: Reader): LogQuery {
  const left = summed(reader);
  const operator = reader.peek();
  if (operator !== ">" && operator !== "<" && operator !== ">=") return left;
  reader.take();
  const limit = reader.number();
  return (entries, at) => {
    const vector = left(entries, at);
    if (typeof vector === "number") throw new Error("A rule compares a vector, not a number.");
    const holds = (value: number) =>
      operator === "<" ? value < limit : value > limit || (operator === ">=" && value === limit);
    return new Map([...vector].filter(([, value]) => holds(value)));
  };
}

function summed(reader: Reader): LogQuery {
  let left = multiplied(reader);
  while (reader.peek() === "+" || reader.peek() === "-") left = arithmetic(left, reader.take(), multiplied(reader));
  return left;
}

function multiplied(reader: Reader): LogQuery {
  let left = operand(reader);
  while (reader.peek() === "*" || reader.peek() === "/") left = arithmetic(left, reader.take(), operand(reader));
  return left;
}

function operand(reader: Reader): LogQuery {
  if (reader.maybe("(")) {
    const inside = either(reader);
    reader.expect(")");
    return inside;
  }
  if (/^\d/.test(reader.peek())) {
    const constant = reader.number();
    return () => constant;
  }
  return aggregated(reader);
}

function arithmetic(left: LogQuery, how: string, right: LogQuery): LogQuery {
  const join = (a: number, b: number): number =>
    how === "+" ? a + b : how === "-" ? a - b : how === "*" ? a * b : a / b;
  return (entries, at) => {
    const [a, b] = [left(entries, at), right(entries, at)];
    if (typeof a === "number" && typeof b === "number") return join(a, b);
    if (typeof a === "number") return new Map([...(b as Vector)].map(([labels, value]) => [labels, join(a, value)]));
    if (typeof b === "number") return new Map([...a].map(([labels, value]) => [labels, join(value, b)]));
    // a line without its like on the other side is no line of the answer
    return new Map(
      [...a].flatMap(([labels, value]) => {
        const other = b.get(labels);
        return other === undefined ? [] : [[labels, join(value, other)] as const];
      }),
    );
  };
}

function aggregated(reader: Reader): LogQuery {
  const how = reader.take();
  switch (how) {
    case "vector": {
      reader.expect("(");
      const constant = reader.number();
      reader.expect(")");
      return () => new Map([["{}", constant]]);
    }
    case "sum": {
      const by = reader.maybe("by") ? labels(reader) : [];
      reader.expect("(");
      const perSecond = !reader.maybe("count_over_time");
      reader.expect(...(perSecond ? ["rate"] : []), "(");
      const range = readRange(reader);
      reader.expect(")", ")");
      return (entries, at) =>
        grouped(range, by, entries, at, (values) => values.length / (perSecond ? range.seconds : 1));
    }
    case "quantile_over_time": {
      reader.expect("(");
      const share = reader.number();
      reader.expect(",");
      const range = readRange(reader);
      reader.expect(")", "by");
      const by = labels(reader);
      return (entries, at) => grouped(range, by, entries, at, (values) => interpolated(values, share));
    }
    default:
      return reader.fail(`unknown function ${how} before this`);
  }
}

function labels(reader: Reader): readonly string[] {
  reader.expect("(");
  if (reader.maybe(")")) return [];
  const names = reader.several(() => reader.take());
  reader.expect(")");
  return names;
}

function grouped(
  range: Range,
  by: readonly string[],
  entries: readonly Entry[],
  at: number,
  how: (values: readonly number[]) => number,
): Vector {
  const inside = entries.filter((entry) => entry.at > at - range.seconds && entry.at <= at && range.passes(entry));
  const groups = Map.groupBy(inside, ({ labels: own }) =>
    JSON.stringify(Object.fromEntries(by.map((label) => [label, own[label]]))),
  );
  return new Map([...groups].map(([key, group]) => [key, how(group.map(range.value))]));
}

/** As Loki and Prometheus do: between the two nearest values. */
function interpolated(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)] ?? Number.NaN, sorted[Math.ceil(place)] ?? Number.NaN];
  return below + (above - below) * (place - Math.floor(place));
}

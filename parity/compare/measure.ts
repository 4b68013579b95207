import type { Series } from "../recording/model.ts";
import type { Question } from "../reference/questions.ts";
import { isSettled, plain } from "./settled.ts";

/** Values by what tells the lines of a panel apart, joined by `|`; one line without a name where nothing does. */
export type Lines = ReadonlyMap<string, number>;

/** How far an answer was from the reference's, over all moments and lines that were compared. */
export interface Measured {
  readonly compared: number;
  /** Lines at moments at which a series began or ended. */
  readonly skipped: number;
  /** Relative: 0.01 is one per cent. */
  readonly largest: number;
  /** `API|GET at 400 s: 1.25 instead of 1.2`, of the largest. */
  readonly where: string;
}

/** Moments of a recording at which everything is compared, in seconds, and how far each looks back. */
export interface Moments {
  readonly at: readonly number[];
  readonly seconds: number;
}

/** Five-minute steps, from the first that is complete on. */
export function momentsOf(series: readonly Series[]): Moments {
  const last = series.reduce((latest, { points }) => Math.max(latest, points.at(-1)?.time ?? 0), 0) / 1000;
  const seconds = 300;
  const first = seconds + 60;
  const count = Math.max(1, Math.floor((last - 10 - first) / 100) + 1);
  return { at: Array.from({ length: count }, (_, index) => first + index * 100), seconds };
}

/**
 * Compares answers line by line. A line that one side lacks is wrong by 100 %, unless its value is nothing.
 *
 * @param reference and `answered` by moment
 */
export function measure(
  question: Question,
  reference: ReadonlyMap<number, Lines>,
  answered: ReadonlyMap<number, Lines>,
  series: readonly Series[],
  { at, seconds }: Moments,
): Measured {
  let [compared, skipped, largest, where] = [0, 0, 0, ""];
  for (const moment of at) {
    const [expected, got] = [normal(reference.get(moment)), normal(answered.get(moment))];
    const partial = question.expression.op === "top";
    // what a backend's own limit leaves out of a top list is no difference of its values
    const keys = partial ? expected.keys() : new Set([...expected.keys(), ...got.keys()]);
    for (const key of keys) {
      if (!isSettled(question.expression, key, series, moment, seconds)) {
        skipped++;
        continue;
      }
      compared++;
      const [a, b] = [expected.get(key), got.get(key)];
      const difference = relative(a, b);
      if (difference > largest) {
        [largest, where] = [
          difference,
          `${key === "" ? "" : `${key} `}at ${moment} s: ${shown(b)} instead of ${shown(a)}`,
        ];
      }
    }
  }
  return { compared, skipped, largest, where };
}

function relative(expected: number | undefined, got: number | undefined): number {
  const [a, b] = [expected ?? 0, got ?? 0];
  const scale = Math.max(Math.abs(a), Math.abs(b));
  return scale < 1e-9 || a === b ? 0 : Math.abs(a - b) / scale;
}

function normal(lines: Lines | undefined): Lines {
  const named = [...(lines ?? [])].map(([key, value]) => [key.split("|").map(plain).join("|"), value] as const);
  return new Map(named.filter(([, value]) => !Number.isNaN(value)));
}

const shown = (value: number | undefined): string =>
  value === undefined ? "nothing" : String(Number(value.toPrecision(6)));

import { metricsOf } from "../../../dashboards/model/expression.ts";
import type { Series } from "../recording/model.ts";
import { type Question, REPORTED_EVERY } from "../reference/questions.ts";
import { isSettled, plain } from "./settled.ts";

/** Values by what distinguishes the lines of a panel, joined by `|`; one line without a name where nothing does. */
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

/** Steps of two minutes, one beginning every minute, from the first that is complete on. */
export function momentsOf(series: readonly Series[]): Moments {
  const last = series.reduce((latest, { points }) => Math.max(latest, points.at(-1)?.time ?? 0), 0) / 1000;
  const seconds = 120;
  const first = seconds + 60;
  const count = Math.max(1, Math.floor((last - 25 - first) / 60) + 1);
  return { at: Array.from({ length: count }, (_, index) => first + index * 60), seconds };
}

/**
 * Moments at which the reference is asked for a moment's number. For New Relic spans are counted by a connector of their own, which reports
 * at other moments: there the number is compared with the nearest of the reference's within one report.
 */
export function momentsAround({ expression }: Question, moment: number): readonly number[] {
  const fromSpans = metricsOf(expression).some(({ source }) => source === "span-metrics");
  return fromSpans ? [moment, moment - REPORTED_EVERY, moment + REPORTED_EVERY] : [moment];
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
  series: ReadonlyMap<string, readonly Series[]>,
  { at, seconds }: Moments,
): Measured {
  let [compared, skipped, largest, where] = [0, 0, 0, ""];
  for (const moment of at) {
    const around = momentsAround(question, moment).map((near) => normal(reference.get(near)));
    const [expected = new Map<string, number>()] = around;
    const got = normal(answered.get(moment));
    const partial = question.expression.op === "top";
    // what a backend's own limit leaves out of a top list is no difference of its values
    const keys = partial ? expected.keys() : new Set([...expected.keys(), ...got.keys()]);
    // a rule about silence: that neither side has anything to say is an answer
    if (question.expression.op === "absent" && expected.size === 0 && got.size === 0) compared++;
    for (const key of keys) {
      if (question.expression.op === "top" && !got.has(key) && got.size >= question.expression.count) continue;
      if (!isSettled(question.expression, key, series, moment, seconds)) {
        skipped++;
        continue;
      }
      compared++;
      const [a, b] = [expected.get(key), got.get(key)];
      const difference = Math.min(...around.map((lines) => relative(lines.get(key), b)));
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

import { type Expression, groupedBy, leavesOf, type Match, type Where } from "../../../dashboards/model/expression.ts";
import type { Attributes, Point, Series } from "../recording/model.ts";
import { REPORTED_EVERY } from "../reference/questions.ts";

/** Seconds that a series may be late at either end of a window and still cover it. */
const LATE = 17;

/**
 * Whether every series that a line of an answer is made of covers the window from before its beginning to its end. Where one begins, ends or
 * restarts within, stores differ by construction: Prometheus counts a series from its second report on and guesses what lies beyond its
 * ends, a delta counts what it was sent. Nor is a counter that is hardly older than the window: Prometheus guesses no less than zero at
 * its beginning (https://github.com/prometheus/prometheus/blob/main/promql/functions.go, extrapolatedRate).
 *
 * @param key values of `groupedBy(expression)`, joined
 * @param series by the name of their metric
 */
export function isSettled(
  expression: Expression,
  key: string,
  series: ReadonlyMap<string, readonly Series[]>,
  end: number,
  seconds: number,
): boolean {
  const line = new Map(groupedBy(expression).map((attribute, index) => [attribute, key.split("|")[index] ?? ""]));
  const [from, to] = [(end - seconds) * 1000, end * 1000];
  return selectionsOf(expression).every(({ metric, where, by }) =>
    (series.get(metric) ?? [])
      .map((one) => ({
        points: one.points,
        counts: one.kind === "histogram" || (one.kind === "sum" && one.monotonic === true),
        attributes: { ...one.resource, ...one.attributes },
      }))
      .filter(({ attributes }) => matches(attributes, where))
      .filter(({ attributes }) => by.every((one) => !line.has(one) || plain(attributes[one]) === line.get(one)))
      .every(({ points, counts }) => covers(points, counts, from, to)),
  );
}

function covers(all: readonly Point[], counts: boolean, from: number, to: number): boolean {
  const points = all.filter(({ stale }) => stale !== true);
  const [first, last] = [points[0]?.time ?? 0, points.at(-1)?.time ?? 0];
  if (last < from || first > to) return true;
  const inside = points.filter(({ time }) => time > from - LATE * 1000 && time <= to);
  if ((inside[0]?.time ?? to) > from || (inside.at(-1)?.time ?? from) < to - LATE * 1000) return false;
  if (!counts) return true;
  if (inside.some(({ time }, index) => time - (inside[index - 1]?.time ?? time) > LATE * 1000)) return false;
  const totals = inside.map(total);
  if (totals.some((value, index) => value < (totals[index - 1] ?? 0))) return false;
  const [begun, grown] = [totals[0] ?? 0, (totals.at(-1) ?? 0) - (totals[0] ?? 0)];
  return grown === 0 || begun >= (grown * REPORTED_EVERY * 1000) / (to - from);
}

const total = ({ value, count }: Point): number => value ?? count ?? 0;

interface Selected {
  readonly metric: string;
  readonly where: Where;
  readonly by: readonly string[];
}

const selectionsOf = (expression: Expression): readonly Selected[] =>
  leavesOf(expression).flatMap((leaf) =>
    "metric" in leaf ? [{ metric: leaf.metric.name, where: leaf.where, by: leaf.by }] : [],
  );

/** As Prometheus matches labels: what is absent is the empty text, patterns cover the whole value. */
function matches(attributes: Attributes, where: Where): boolean {
  return Object.entries(where).every(([key, match]) => fits(String(attributes[key] ?? ""), match));
}

function fits(value: string, match: Match): boolean {
  if (typeof match === "string") return value === match;
  if ("not" in match) return value !== match.not;
  if ("like" in match) return new RegExp(`^(?:${match.like})$`).test(value);
  if ("unlike" in match) return !new RegExp(`^(?:${match.unlike})$`).test(value);
  if ("without" in match) return match.without.every((text) => !value.includes(text));
  return match.includes(value);
}

/** Value of an attribute as all backends may name it: Honeycomb says `server` for SPAN_KIND_SERVER. */
export const plain = (value: unknown): string =>
  String(value ?? "")
    .replace(/^SPAN_KIND_/, "")
    .replace(/^STATUS_CODE_/, "")
    .toLowerCase();

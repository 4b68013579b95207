import { type Expression, groupedBy, type Match, type Where } from "../../dashboards/model/expression.ts";
import type { Attributes, Series } from "../recording/model.ts";

/** Seconds that a series may be late at either end of a window and still cover it. */
const LATE = 25;

/**
 * Whether every series that a line of an answer is made of covers the window from before its beginning to its end. Where one begins or ends
 * within, stores differ by construction: Prometheus counts a series from its second report on and guesses what lies beyond its ends,
 * a delta counts what it was sent.
 *
 * @param key values of `groupedBy(expression)`, joined
 */
export function isSettled(
  expression: Expression,
  key: string,
  series: readonly Series[],
  end: number,
  seconds: number,
): boolean {
  const line = new Map(groupedBy(expression).map((attribute, index) => [attribute, key.split("|")[index] ?? ""]));
  const [from, to] = [(end - seconds) * 1000, end * 1000];
  return selectionsOf(expression).every(({ metric, where, by }) =>
    series
      .filter(({ name }) => name === metric)
      .map((one) => ({ points: one.points, attributes: { ...one.resource, ...one.attributes } }))
      .filter(({ attributes }) => matches(attributes, where))
      .filter(({ attributes }) => by.every((one) => !line.has(one) || plain(attributes[one]) === line.get(one)))
      .every(({ points }) => {
        const times = points.filter(({ stale }) => stale !== true).map(({ time }) => time);
        const [first = 0, last = 0] = [times[0], times.at(-1)];
        const apart = last < from || first > to;
        return apart || (first <= from && last >= to - LATE * 1000);
      }),
  );
}

interface Selected {
  readonly metric: string;
  readonly where: Where;
  readonly by: readonly string[];
}

function selectionsOf(expression: Expression): readonly Selected[] {
  switch (expression.op) {
    case "arithmetic":
      return [...selectionsOf(expression.left), ...selectionsOf(expression.right)];
    case "ratio":
      return [...selectionsOf(expression.part), ...selectionsOf(expression.whole)];
    case "top":
    case "or-zero":
    case "only-when":
      return selectionsOf(expression.of);
    case "constant":
    case "since":
    case "log-rate":
    case "log-quantile":
      return [];
    default:
      return [{ metric: expression.metric.name, where: expression.where, by: expression.by }];
  }
}

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

import type { Thresholds } from "../../dashboards/model/board.ts";
import * as named from "../../dashboards/model/thresholds.ts";
import type { Step } from "./dashboard.ts";

/** Bounds of the model from Grafana's colours; undefined where the model cannot say them. */
export function boundsOf(steps: readonly Step[]): Thresholds | undefined {
  const [first, second, third] = steps;
  if (steps.length !== 3 || first?.value !== null || !second || !third) return undefined;
  if (second.value === null || third.value === null) return undefined;
  if (first.color === "green" && third.color === "red")
    return { direction: "above", warn: second.value, bad: third.value };
  if (first.color === "red" && third.color === "green")
    return { direction: "below", warn: third.value, bad: second.value };
  return undefined;
}

/** Bounds as the source of a board writes them: by a shared name where the file uses it already. `name` is what it must import, if anything. */
export function boundsText(
  { direction, warn, bad }: Thresholds,
  source: string,
): { readonly text: string; readonly name?: string } {
  const shared = Object.entries(named).find(
    ([name, value]) =>
      typeof value === "object" &&
      value.direction === direction &&
      value.warn === warn &&
      value.bad === bad &&
      new RegExp(`\\b${name}\\b`).test(source),
  );
  if (shared !== undefined) return { text: shared[0] };
  // a content pack has no such function
  if (!source.includes("model/thresholds.ts"))
    return { text: `{ direction: "${direction}", warn: ${warn}, bad: ${bad} }` };
  const name = direction === "above" ? "worseAbove" : "worseBelow";
  return { text: `${name}(${warn}, ${bad})`, name };
}

import type { TelemetrySignal } from "../../pipeline/signal.ts";
import type { Tally } from "../query.ts";

/** What one side says: a count, or nothing because it could not be asked. */
export type Side = Tally | { readonly trouble: string };

export interface Verdict {
  /** The new side has what the old one has. */
  readonly holds: boolean;
  /** A clause for people. */
  readonly text: string;
}

/** What is counted of each signal. */
export const COUNTED: Readonly<Record<TelemetrySignal, string>> = {
  traces: "spans",
  metrics: "metrics",
  logs: "log records",
};

/** Counts that differ by less are called equal: batches on the window's edges fall to one side or the other. */
const TOLERANCE = 0.01;

/** Compares two counts. More on the new side is no loss, so it holds too. */
export function verdictOn(
  signal: TelemetrySignal,
  before: { readonly name: string; readonly side: Side },
  after: { readonly name: string; readonly side: Side },
): Verdict {
  const silent = [before, after].filter(({ side }) => "trouble" in side).map(({ name }) => name);
  if ("trouble" in before.side || "trouble" in after.side) {
    return { holds: false, text: `not counted on ${silent.join(" and ")}` };
  }
  const [a, b] = [before.side, after.side];
  const what = COUNTED[signal];
  const isFewer = b.count < a.count * (1 - TOLERANCE);
  // A lower bound on the new side may hide what it lacks; one on the old side may hide more that the new one lacks.
  if (b.atLeast && isFewer) return { holds: false, text: cannotTell([before, after]) };
  if (isFewer) {
    const least = a.atLeast ? "at least " : "";
    return { holds: false, text: `${after.name} has ${least}${a.count - b.count} ${what} less` };
  }
  if (a.atLeast) return { holds: false, text: cannotTell([before, after]) };
  if (a.count === 0 && b.count === 0) return { holds: true, text: "nothing on either side" };
  if (a.count === b.count && !b.atLeast) return { holds: true, text: "equal" };
  if (b.atLeast) return { holds: true, text: `${after.name} has no fewer` };
  if (a.count >= b.count * (1 - TOLERANCE)) return { holds: true, text: "equal within 1 %" };
  return { holds: true, text: `${before.name} has ${b.count - a.count} ${what} less` };
}

function cannotTell(sides: readonly { readonly name: string; readonly side: Side }[]): string {
  const limited = sides.filter(({ side }) => "count" in side && side.atLeast).map(({ name }) => name);
  return `unknown, ${limited.join(" and ")} could not be counted to the end: take a shorter window`;
}

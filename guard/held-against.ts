import { NOTHING, type Observation } from "./observation.ts";
import type { GoodRelease } from "./store.ts";

/** What a release is held against. Pure. */

/** Whether both are of the very same containers. */
export const isSame = (one: Observation, other: Observation): boolean => {
  const ids = ({ containers }: Observation) =>
    containers
      .map(({ id }) => id)
      .sort()
      .join();
  return ids(one) === ids(other);
};

/** The good release's proofs, and the numbers of what runs where that is the good release, or there is none. Pure. */
export function heldAgainst(good: GoodRelease | undefined, seen: Observation | undefined): Observation {
  if (good === undefined) return seen ?? NOTHING;
  const { observation } = good;
  if (seen === undefined || !isSame(observation, seen)) {
    // an alert that fires just before a release is not of its making, whatever runs: windows of rules reach back to an earlier, bad one
    const alerts = [...observation.alerts, ...(seen?.alerts ?? [])];
    return { ...observation, alerts, containers: [], canaries: [] };
  }
  return {
    ...seen,
    answers: { ...observation.answers, ...seen.answers },
    work: { ...observation.work, ...seen.work },
    proofs: observation.proofs,
  };
}

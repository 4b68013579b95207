import { distance } from "fastest-levenshtein";
import type { Objective } from "../model/objective.ts";

/**
 * The objectives with the targets a person has set, by id.
 * @throws Error, one sentence, when a target names no objective of this stack
 */
export function withTargets(
  objectives: readonly Objective[],
  targets: Readonly<Record<string, number>>,
): readonly Objective[] {
  const ids = objectives.map(({ id }) => id);
  for (const [id, target] of Object.entries(targets)) {
    if (!ids.includes(id)) throw new Error(`objectives.${id}: ${unknown(id, ids)}`);
    if (!(target > 0 && target < 1))
      throw new Error(`objectives.${id}: ${target} is not between 0 and 1. Write 99.5 % as 0.995.`);
  }
  return objectives.map((objective) => ({ ...objective, target: targets[objective.id] ?? objective.target }));
}

function unknown(id: string, ids: readonly string[]): string {
  const mend = `Remove it with: pulumi config rm --path objectives.${id}`;
  const [nearest] = [...ids].sort((a, b) => distance(id, a) - distance(id, b));
  if (nearest === undefined) return `this stack has no objective, since no service of it has one. ${mend}`;
  return `no such objective in this stack; did you mean ${nearest}? Allowed: ${ids.join(", ")}. ${mend}`;
}

import type { Alert } from "./model/alert.ts";
import type { Board } from "./model/board.ts";
import type { Objective } from "./model/objective.ts";

/** What a team adds for its own application: one file of its stack, named by the configuration key `content`. */
export interface ContentPack {
  readonly boards: readonly Board[];
  readonly alerts: readonly Alert[];
  readonly objectives: readonly Objective[];
}

/** A pack; what it does not have may be left out. Its alerts and objectives may name any board of the stack, such as `overview`. */
export function contentPack(parts: Partial<ContentPack>): ContentPack {
  return { boards: [], alerts: [], objectives: [], ...parts };
}

/** Whether a value has the shape of a pack, made by `contentPack` or not. */
export function isContentPack(value: unknown): value is ContentPack {
  if (typeof value !== "object" || value === null) return false;
  const { boards, alerts, objectives } = value as Partial<Record<keyof ContentPack, unknown>>;
  return listOf(boards, "id", "rows") && listOf(alerts, "id", "signal") && listOf(objectives, "id", "valid");
}

const listOf = (value: unknown, ...keys: readonly string[]): boolean =>
  Array.isArray(value) &&
  value.every((one: unknown) => typeof one === "object" && one !== null && keys.every((key) => key in one));

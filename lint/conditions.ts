import { type Config, recordOf } from "./model.ts";
import { placesAt, type Types } from "./places.ts";
import type { Path } from "./record.ts";

/** Settings that stand beside each other, and what comes of it: a line of a table. Data, and one question about the settings. */
export interface Condition {
  readonly of: Types;
  /** The mapping that is asked of, `*` for any key or item; without it the settings of the component. */
  readonly below?: string;
  /** The keys that it is about, the first of which is set; without them the mapping itself. */
  readonly keys?: string;
  readonly when: (settings: Readonly<Record<string, unknown>>) => boolean;
  readonly because: string;
  readonly fix: string;
}

export const isSet = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);
/** A truth value that the file itself leaves out or sets to false; one from the environment may be true. */
export const isOff = (value: unknown): boolean => value === undefined || value === null || value === false;

/** Where a line of the table holds. */
export function* meetings(
  config: Config,
  table: readonly Condition[],
): Generator<{ readonly path: Path; readonly key: string; readonly because: string; readonly fix: string }> {
  for (const { of: types, below, keys, when, because, fix } of table)
    for (const { path, value } of placesAt(config, types, below ?? "")) {
      const settings = recordOf(value);
      const key = keys?.split(" ").find((name) => isSet(settings[name]));
      if ((keys === undefined || key !== undefined) && when(settings))
        yield { path: key === undefined ? path : [...path, key], key: key ?? "", because, fix };
    }
}

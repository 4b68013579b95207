/** Mappings as a parser gives them, and the files they come from. */

/** Keys and places of lists from the top to a value. */
export type Path = readonly (string | number)[];

export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Deeper ones are no configuration, and could be made to go on for ever. */
export const DEEPEST = 60;

/** Where a path leads through mappings alone; undefined: nowhere. */
export const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((at, name) => (isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined), value);

/** As confmap merges: maps into each other, anything else replaced. */
export function merged(a: Record<string, unknown>, b: Record<string, unknown>, depth = 0): Record<string, unknown> {
  const result = { ...a };
  for (const [name, value] of Object.entries(b)) {
    const before = result[name];
    result[name] = isRecord(before) && isRecord(value) && depth < DEEPEST ? merged(before, value, depth + 1) : value;
  }
  return result;
}

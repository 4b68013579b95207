/** A key that an earlier release had. */
export interface FormerKey {
  /** The first release without it. */
  readonly since: string;
  /** What a person does, as a sentence that names the key in its place. */
  readonly instead: string;
}

/** Keys of earlier releases that no longer exist: a stack that still sets one is refused with the key that takes its place. None was renamed or removed so far. */
export const FORMER_KEYS: Readonly<Record<string, FormerKey>> = {};

/** The sentence about a former key; undefined of any other. */
export function formerKey(key: string, former = FORMER_KEYS): string | undefined {
  if (!Object.hasOwn(former, key)) return undefined;
  const { since, instead } = former[key] as FormerKey;
  return `${key}: no such key since ${since}. ${instead} Then remove it with: pulumi config rm ${key}`;
}

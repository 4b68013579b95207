import { knownValue } from "./known-values.ts";
import { type AttributeUse, MOST_VALUES, type Seen } from "./model.ts";
import type { Field } from "./otlp.ts";

/** Counts, while an inventory is taken. `round` is negative before the first use. */
export class Count {
  #count = 0;
  readonly #rounds = new Set<number>();

  add(round: number): void {
    this.#count += 1;
    if (round >= 0) this.#rounds.add(round);
  }

  get seen(): Seen {
    return { count: this.#count, rounds: this.#rounds.size };
  }
}

/** Counts by a name. */
export class Counts {
  readonly #by = new Map<string, Count>();

  add(name: string, round: number): void {
    const count = this.#by.get(name) ?? new Count();
    this.#by.set(name, count);
    count.add(round);
  }

  get seen(): Readonly<Record<string, Seen>> {
    return sortedRecord([...this.#by].map(([name, count]) => [name, count.seen]));
  }
}

/** Attributes that were seen on things of one shape. */
export class Fields {
  readonly #by = new Map<string, { count: Count; types: Set<string>; values: Set<string>; known: Counts }>();

  add(fields: readonly Field[], round: number): void {
    for (const { key, type, value } of fields) {
      const use = this.#by.get(key) ?? { count: new Count(), types: new Set(), values: new Set(), known: new Counts() };
      this.#by.set(key, use);
      use.count.add(round);
      use.types.add(type);
      if (use.values.size < MOST_VALUES) use.values.add(value);
      const known = knownValue(key, value);
      if (known !== undefined) use.known.add(known, round);
    }
  }

  get uses(): Readonly<Record<string, AttributeUse>> {
    return sortedRecord(
      [...this.#by].map(([key, { count, types, values, known }]) => [
        key,
        {
          ...count.seen,
          types: [...types].sort(),
          values: values.size,
          ...(Object.keys(known.seen).length > 0 && { known: known.seen }),
        },
      ]),
    );
  }
}

export function sortedRecord<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The value of a key, made where there is none yet. */
export function obtain<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

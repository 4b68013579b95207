import { isRecord } from "../record.ts";
import type { Shape } from "./shape.ts";

/** A shape as files hold it: a number stands for one that several components share. */
export type Folded =
  | string
  | number
  | {
      readonly a?: Folded;
      readonly m?: Folded;
      readonly k?: Record<string, Folded>;
      readonly o?: 1;
      readonly s?: string;
    };

/** What `generate.ts` writes. */
export interface FoldedKeys {
  readonly shapes: readonly Folded[];
  readonly components: Readonly<Record<string, Folded>>;
}

/** Gives shapes back as they were before they were written once; remembers the shared ones. */
export function unfolder({ shapes }: FoldedKeys): (folded: Folded) => Shape {
  const known = new Map<number, Shape>();
  const unfolded = (folded: Folded): Shape => {
    if (typeof folded === "number") {
      const before = known.get(folded);
      if (before !== undefined) return before;
      const shape = unfolded(shapes[folded] ?? "?");
      known.set(folded, shape);
      return shape;
    }
    if (!isRecord(folded)) return folded as Shape;
    const { a, m, k, o, s } = folded as Exclude<Folded, string | number>;
    if (a !== undefined) return { a: unfolded(a) };
    if (m !== undefined) return { m: unfolded(m) };
    const keys = Object.fromEntries(Object.entries(k ?? {}).map(([name, child]) => [name, unfolded(child)]));
    if (s !== undefined) return { k: keys, s };
    return o === 1 ? { k: keys, o } : { k: keys };
  };
  return unfolded;
}

export function unfoldedShapes(keys: FoldedKeys): Readonly<Record<string, Shape>> {
  const unfolded = unfolder(keys);
  return Object.fromEntries(Object.entries(keys.components).map(([name, folded]) => [name, unfolded(folded)]));
}

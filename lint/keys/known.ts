import { readFileSync } from "node:fs";
import path from "node:path";
import { isRecord } from "../read.ts";
import { BY_HAND } from "./by-hand.ts";
import type { Shape } from "./shape.ts";

/** As `keys.json` holds it: a number stands for a shape that several components share. */
type Stored =
  | string
  | number
  | { readonly a?: Stored; readonly m?: Stored; readonly k?: Record<string, Stored>; o?: 1 };

let data: { readonly shapes: readonly Stored[]; readonly components: Readonly<Record<string, Stored>> } | undefined;

const asked = new Map<string, Shape | undefined>();

/** Shape of a component's settings, `receiver/otlp`; undefined where none is known. Read once, when it is first asked for. */
export function shapeOf(component: string): Shape | undefined {
  if (!asked.has(component)) asked.set(component, readShape(component));
  return asked.get(component);
}

function readShape(component: string): Shape | undefined {
  if (Object.hasOwn(BY_HAND, component)) return BY_HAND[component];
  data ??= JSON.parse(readFileSync(path.join(import.meta.dirname, "keys.json"), "utf8"));
  const stored =
    data !== undefined && Object.hasOwn(data.components, component) ? data.components[component] : undefined;
  return stored === undefined ? undefined : unfolded(stored);
}

const known = new Map<number, Shape>();

function unfolded(stored: Stored): Shape {
  if (typeof stored === "number") {
    const before = known.get(stored);
    if (before !== undefined) return before;
    const shape = unfolded(data?.shapes[stored] ?? "?");
    known.set(stored, shape);
    return shape;
  }
  if (!isRecord(stored)) return stored as Shape;
  const { a, m, k, o } = stored as Exclude<Stored, string | number>;
  if (a !== undefined) return { a: unfolded(a) };
  if (m !== undefined) return { m: unfolded(m) };
  const keys = Object.fromEntries(Object.entries(k ?? {}).map(([name, child]) => [name, unfolded(child)]));
  return o === 1 ? { k: keys, o } : { k: keys };
}

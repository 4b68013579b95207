import { readFileSync } from "node:fs";
import path from "node:path";
import { BY_HAND, EARLIER_BY_HAND } from "./by-hand.ts";
import { type Folded, type FoldedKeys, unfolder } from "./folded.ts";
import type { Shape } from "./shape.ts";

const read = (name: string): unknown => JSON.parse(readFileSync(path.join(import.meta.dirname, name), "utf8"));

let data: (FoldedKeys & { readonly unfolded: (folded: Folded) => Shape }) | undefined;
const asked = new Map<string, Shape | undefined>();

/** Shape of a component's settings, `receiver/otlp`; undefined where none is known. Read once, when it is first asked for. */
export function shapeOf(component: string): Shape | undefined {
  if (!asked.has(component)) asked.set(component, readShape(component));
  return asked.get(component);
}

function readShape(component: string): Shape | undefined {
  if (Object.hasOwn(BY_HAND, component)) return BY_HAND[component];
  if (data === undefined) {
    const keys = read("keys.json") as FoldedKeys;
    data = { ...keys, unfolded: unfolder(keys) };
  }
  const folded = Object.hasOwn(data.components, component) ? data.components[component] : undefined;
  return folded === undefined ? undefined : data.unfolded(folded);
}

let earlier: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;

/**
 * First version that is known to be without a key that older ones had; undefined where no older source had it. The place is that of the key in the shape: names with /
 * between them, [] for an item of a list, {} for any name.
 */
export function goneSince(component: string, place: string): string | undefined {
  earlier ??= read("earlier.json") as Record<string, Record<string, string>>;
  return sinceIn(EARLIER_BY_HAND, component, place) ?? sinceIn(earlier, component, place);
}

function sinceIn(
  table: Readonly<Record<string, Readonly<Record<string, string>>>>,
  component: string,
  place: string,
): string | undefined {
  const of = Object.hasOwn(table, component) ? table[component] : undefined;
  return of !== undefined && Object.hasOwn(of, place) ? of[place] : undefined;
}

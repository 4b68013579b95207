import type { Component, Config } from "./model.ts";
import { isRecord, type Path } from "./record.ts";

/** Components that a line of a table speaks of; all of a role where it names no type. */
export type Types = readonly [role: Component["role"], ...types: readonly string[]];

export interface Place {
  readonly component: Component;
  readonly path: Path;
  readonly value: unknown;
}

/** Where a place of a table stands in the components that it speaks of: keys with dots between them, `*` for any key or item. */
export function* placesAt(config: Config, [role, ...types]: Types, place: string): Generator<Place> {
  const components = config.of(role, ...types);
  if (components.length === 0) return;
  for (const component of components)
    for (const found of valuesAt(component.settings, place === "" ? [] : place.split("."), component.path))
      yield { component, ...found };
}

function* valuesAt(value: unknown, parts: readonly string[], path: Path): Generator<{ path: Path; value: unknown }> {
  const [part, ...rest] = parts;
  if (part === undefined) yield { path, value };
  else if (part === "*") {
    const items = Array.isArray(value) ? value.entries() : isRecord(value) ? Object.entries(value) : [];
    for (const [name, item] of items) yield* valuesAt(item, rest, [...path, name]);
  } else if (isRecord(value) && Object.hasOwn(value, part)) yield* valuesAt(value[part], rest, [...path, part]);
}

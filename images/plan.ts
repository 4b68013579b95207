import { basesOf, type ImageSource } from "./catalogue.ts";
import { type ImageName, SPECS } from "./specs.ts";

/**
 * The images to make, bases first and each once. With official bases a base that is published is not made.
 * Among those that could start together, the longest compilation comes first, since compilations go one after the other.
 */
export function buildOrder(names: readonly ImageName[], bases: ImageSource): readonly ImageName[] {
  const wanted = new Set(names);
  const pending = [...names];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    for (const base of neededBases(name, bases)) {
      if (!wanted.has(base)) pending.push(base);
      wanted.add(base);
    }
  }
  return [...wanted].toSorted(
    (a, b) => depth(a) - depth(b) || compileSeconds(b) - compileSeconds(a) || (a < b ? -1 : a > b ? 1 : 0),
  );
}

/** Bases of an image that have to be made here. */
export function neededBases(name: ImageName, bases: ImageSource): readonly ImageName[] {
  return Object.values(basesOf(name)).filter((base) => bases === "local" || SPECS[base].official === undefined);
}

function depth(name: ImageName): number {
  return Math.max(0, ...Object.values(basesOf(name)).map((base) => 1 + depth(base)));
}

function compileSeconds(name: ImageName): number {
  const local = SPECS[name].local;
  return local?.kind === "go-program" ? local.compileSeconds : 0;
}

import { basesOf, type ImageSource } from "./catalogue.ts";
import { type ImageName, PROGRAMS_SECONDS, SPECS } from "./specs.ts";

/**
 * The images to make, bases first and each once. With official bases a base that is published is not made.
 * Among those that could start together, the one that most work waits for comes first.
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
  const chain = (name: ImageName): number =>
    ownSeconds(name) + Math.max(0, ...[...wanted].filter((other) => startsFrom(other, name)).map(chain));
  return [...wanted].toSorted((a, b) => depth(a) - depth(b) || chain(b) - chain(a) || (a < b ? -1 : a > b ? 1 : 0));
}

/** Bases of an image that have to be made here. */
export function neededBases(name: ImageName, bases: ImageSource): readonly ImageName[] {
  return Object.values(basesOf(name)).filter((base) => bases === "local" || SPECS[base].official === undefined);
}

const startsFrom = (name: ImageName, base: ImageName): boolean => Object.values(basesOf(name)).includes(base);

function depth(name: ImageName): number {
  return Math.max(0, ...Object.values(basesOf(name)).map((base) => 1 + depth(base)));
}

function ownSeconds(name: ImageName): number {
  const local = SPECS[name].local;
  if (local?.kind !== "go-program") return local?.seconds ?? 0;
  return local.seconds + PROGRAMS_SECONDS.fetching + PROGRAMS_SECONDS.compiling;
}

import { isList, isMap, isSecret, type PropertyMap, type PropertyValue } from "../../offline/properties.ts";
import type { Registration } from "../../offline/registration.ts";

/** A place where a canary was found outside every secret wrapper. */
export interface Leak {
  readonly urn: string;
  /** `inputs.envs[3]`, `outputs.url` */
  readonly path: string;
}

/** Where `canary` (a secret given to the program) appears in plain text: in inputs, outputs or names. Empty is good. */
export function findLeaks(registrations: readonly Registration[], canary: string): readonly Leak[] {
  if (canary === "") throw new Error("findLeaks: an empty canary is found everywhere; give the secret's text.");
  return registrations.flatMap((r) => [
    ...(r.urn.includes(canary) ? [{ urn: r.urn, path: "urn" }] : []),
    ...placesOf(r.inputs, canary, "inputs").map((path) => ({ urn: r.urn, path })),
    ...placesOf(r.outputs, canary, "outputs").map((path) => ({ urn: r.urn, path })),
  ]);
}

/** Paths below `at` where `text` is part of a string or a key, secrets left out. */
export function placesOf(value: PropertyValue | PropertyMap, text: string, at: string): readonly string[] {
  if (isSecret(value)) return [];
  if (typeof value === "string") return value.includes(text) ? [at] : [];
  if (isList(value)) return value.flatMap((item, index) => placesOf(item, text, `${at}[${index}]`));
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => [
    ...(key.includes(text) ? [`${at}.<key>`] : []),
    ...placesOf(item, text, `${at}.${key}`),
  ]);
}

/**
 * Writes `earlier.json`: keys that components had in older versions and have no more, with the first version that is known to be without each.
 *
 *     node lint/keys/generate-earlier.ts NEWEST VERSION=FILE...
 *
 * NEWEST is the version whose keys `keys.json` holds; each FILE the same of an older one, oldest first, as `generate.ts CORE CONTRIB FILE` writes it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { unfoldedShapes } from "./folded.ts";
import type { Shape } from "./shape.ts";

const [newest = "", ...samples] = process.argv.slice(2);
const read = (file: string) => unfoldedShapes(JSON.parse(readFileSync(file, "utf8")));
const current = read(path.join(import.meta.dirname, "keys.json"));
const older = samples.map((sample) => {
  const [version = "", file = ""] = sample.split("=");
  return { version, components: read(file) };
});

/** Places of a shape that another one does not have, the uppermost of each branch. */
function* lost(before: Shape, now: Shape, place: readonly string[]): Generator<string> {
  if (typeof before === "string" || typeof now === "string") return;
  if ("a" in before && "a" in now) yield* lost(before.a, now.a, [...place, "[]"]);
  if ("m" in before && "m" in now) yield* lost(before.m, now.m, [...place, "{}"]);
  if (!("k" in before) || !("k" in now) || now.o === 1) return;
  for (const [key, child] of Object.entries(before.k)) {
    const other = Object.hasOwn(now.k, key) ? now.k[key] : undefined;
    if (other === undefined) yield [...place, key].join("/");
    else yield* lost(child, other, [...place, key]);
  }
}

const result: Record<string, Record<string, string>> = {};
for (const [name, now] of Object.entries(current)) {
  const until: Record<string, string> = {};
  const sources = older.filter(({ components }) => components[name] !== undefined);
  // a later sample that has the key still writes over this one
  for (const [i, { components }] of sources.entries())
    for (const place of lost(components[name] ?? "?", now, [])) until[place] = sources[i + 1]?.version ?? newest;
  if (Object.keys(until).length > 0)
    result[name] = Object.fromEntries(Object.entries(until).sort(([a], [b]) => (a < b ? -1 : 1)));
}
const lines = Object.entries(result)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, keys]) => `  ${JSON.stringify(name)}: ${JSON.stringify(keys)}`);
writeFileSync(path.join(import.meta.dirname, "earlier.json"), `{\n${lines.join(",\n")}\n}\n`);
console.log(`${lines.length} components have lost keys`);

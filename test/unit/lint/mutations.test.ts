import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { lint } from "../../../lint/lint.ts";
import { isRecord } from "../../../lint/record.ts";
import { sarif, textLines } from "../../../lint/render.ts";

/** Files that a rule was made for, and right ones, with values that nobody would write in their place: every rule must have an answer. */
const target = { version: "0.159.0", backend: "new-relic" } as const;
const files = ["wrong", "right"].flatMap((folder) =>
  readdirSync(join(import.meta.dirname, folder)).map((name) => join(import.meta.dirname, folder, name)),
);
const configs = files.flatMap((file) => {
  try {
    const value: unknown = parse(readFileSync(file, "utf8"), { merge: true, logLevel: "silent" });
    return isRecord(value) ? [value] : [];
  } catch {
    return [];
  }
});

/** Numbers that come in the same order in every run. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const ODD: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    1e300,
    Number.NaN,
    "",
    " ",
    "${env:A}",
    "${",
    "(((",
    "[",
    '"',
    "a.b.c",
    "\u0000",
    "10s",
  ],
  ...[[], [[]], [null], [{}], {}, { a: null }, { "": "" }, { toString: 1, __proto__: null }, new Array(50).fill("x")],
  ...["attributes", 'set(attributes["a"], ', 'IsMatch(name, "(")', "not not not", "/".repeat(500), "(".repeat(2000)],
];

/** A copy in which one or more places hold something else, are gone, or stand twice. */
function mutated(value: unknown, random: (below: number) => number): unknown {
  const copy = structuredClone(value);
  for (let i = 0; i <= random(4); i += 1) {
    let at = copy;
    for (let depth = 0; depth < 12; depth += 1) {
      if (!isRecord(at) && !Array.isArray(at)) break;
      const holder = at as Record<string, unknown>;
      const names = Object.keys(holder);
      const name = names[random(Math.max(1, names.length))];
      if (name === undefined) break;
      if (random(4) === 0) {
        const what = random(5);
        if (what === 0) delete holder[name];
        else if (what === 1 && isRecord(at)) holder[`${name}/x`] = structuredClone(holder[name]);
        else holder[name] = structuredClone(ODD[random(ODD.length)]);
        break;
      }
      at = holder[name];
    }
  }
  return copy;
}

test("1000 files with odd values in odd places are answered", () => {
  const random = numbersFrom(13);
  for (let i = 0; i < 1000; i += 1) {
    const text = stringify(mutated(configs[random(configs.length)], random));
    const findings = lint([{ name: "a.yaml", text }], target, random(4) === 0 ? "ours" : "general");
    expect(() => [textLines(findings), sarif(findings)], text).not.toThrow();
  }
});

import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Document, parse } from "yaml";
import { printYaml, toYaml } from "../../../formats/yaml.ts";

/** Texts that somebody typed and that arrived as something else, or broke the file. */
const SEEN = [
  ...["2026-11-28", "2026-11-28 10:00:00", "2026-1-2t3:4:5z", "12:34", "1:2:3.5", "0b101", "0o17", "017", "0x1F"],
  ...["1_000", "12_34", "1e3", "1.", ".5", "+1", "-0", "1,000", ".inf", "-.Inf", ".nan", "0.145.0", "127.0.0.1"],
  ...[
    "yes",
    "No",
    "ON",
    "off",
    "y",
    "N",
    "true",
    "null",
    "~",
    "=",
    "<<",
    "",
    " ",
    "- a",
    "a: b",
    "a #b",
    "&a",
    "*a",
    "!a",
  ],
  ...[
    "a\u2028b",
    "\u2029",
    "a\u0085b",
    "\ufeffa",
    "\ufffe",
    "a\rb",
    "a\r\nb",
    "a\n",
    "\na\n\n",
    " a\n  b\t\n",
    "\t",
    "\0",
  ],
  ...["\u007f", "\u009f", "\u{1f600}", "{a}", "%a", "@a", "`a", "'", '"', "\\", "a\\n", "$x", "---", "...", "? a"],
];

const PIECES = fc.constantFrom(...SEEN, ..."0123456789+-_.:eExXTZ yn,#'\"\\\n\t\u0085\u2028");
const texts = fc.oneof(
  fc.array(PIECES, { maxLength: 6 }).map((pieces) => pieces.join("")),
  fc.string({ unit: "binary" }).filter((text) => text.isWellFormed()),
);

/** A text as a value, as a key, in a list, twice. */
const documentOf = (list: readonly string[]) => ({
  list: [...list],
  map: Object.fromEntries(list.map((text, i) => [`k${i}`, { text }])),
  keys: list.map((text) => ({ [text]: "v" })),
});

const VERSIONS = ["1.1", "1.2"] as const;

describe("a text is read as it was written", () => {
  test.each(VERSIONS)("by a reader of YAML %s, whatever it holds", (version) => {
    expect(parse(toYaml(documentOf(SEEN)), { version, merge: false })).toEqual(documentOf(SEEN));
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 5 }), (list) => {
        const read = parse(toYaml(documentOf(list)), { version, merge: false });
        expect(JSON.stringify(read)).toBe(JSON.stringify(documentOf(list)));
      }),
      { numRuns: 500 },
    );
  });

  test.each(VERSIONS)("by a reader of YAML %s also in the collector's style", (version) => {
    const printed = printYaml(new Document(documentOf(SEEN)), { lineWidth: 0, singleQuote: true });
    expect(parse(printed, { version, merge: false })).toEqual(documentOf(SEEN));
  });

  const python = spawnSync("python3", ["-c", "import yaml"]).status === 0;
  test.skipIf(!python)("by PyYAML", () => {
    const samples = fc.sample(texts, { numRuns: 2000, seed: 1 });
    const given = documentOf([...SEEN, ...samples]);
    const code = "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin.buffer.read().decode()), sys.stdout)";
    const { stdout, stderr } = spawnSync("python3", ["-c", code], {
      input: toYaml(given),
      encoding: "utf8",
      maxBuffer: 1e8,
    });
    expect(stderr.split("\n").slice(-3).join("\n")).toBe("");
    expect(JSON.parse(stdout)).toEqual(given);
  });
});

test("what is the same to every reader stays without quotes", () => {
  expect(toYaml({ image: "api:1", version: "0.145.0", host: "127.0.0.1:80", wait: "3d", count: 1, yes: true })).toBe(
    'image: api:1\nversion: 0.145.0\nhost: 127.0.0.1:80\nwait: 3d\ncount: 1\n"yes": true\n',
  );
});

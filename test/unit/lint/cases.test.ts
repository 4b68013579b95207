import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lint } from "../../../lint/lint.ts";

/**
 * Configurations as people get them wrong, and such as are right, of very different kinds, each set written before the rules that find it: 1 to 70, 71 to 78 (what a later
 * round missed), 79 to 95, 96 to 131, 132 to 137 (by another author), 138 and further. How many of each set were found at first: docs/lint.md.
 */
const target = { version: "0.159.0" };
const filesOf = (folder: string) => readdirSync(join(import.meta.dirname, folder)).sort();
const found = (folder: string, file: string) => {
  const text = readFileSync(join(import.meta.dirname, folder, file), "utf8");
  return { text, findings: lint([{ name: file, text }], target) };
};

describe("what is wrong is found where it stands", () => {
  test.each(filesOf("wrong"))("%s", (file) => {
    const { text, findings } = found("wrong", file);
    const marked = text.split("\n").findIndex((line) => line.endsWith("# !")) + 1;
    expect(marked).toBeGreaterThan(0);
    // a finding about a list or a mapping stands at its beginning or at its item
    const lines = findings.map(({ at }) => at.line).filter((line) => line >= marked - 1 && line <= marked + 2);
    expect(lines, JSON.stringify(findings)).not.toEqual([]);
  });
});

describe("what is right has no finding", () => {
  test.each(filesOf("right"))("%s", (file) => {
    expect(found("right", file).findings).toEqual([]);
  });
});

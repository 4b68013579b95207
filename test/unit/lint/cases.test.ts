import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lint } from "../../../lint/lint.ts";

/**
 * Seventy configurations as people get them wrong, and twenty that are right, of very different kinds. They were written before the rules that find them:
 * at first 29 of 70 were found, and 16 of 20 had no finding (two of those were wrong indeed).
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

import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { rewriteWhole, writeWhole } from "../../../cli/whole-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "whole-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a file that is written anew has its permissions, and nothing else is left in its folder", () => {
  writeWhole(join(folder, "key"), "secret", 0o600);
  expect(statSync(join(folder, "key")).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["key"]);
});

test("whoever reads it while it is written has it whole: the text of before, or the one of now", () => {
  const file = join(folder, "Pulumi.dev.yaml");
  writeFileSync(file, "before");
  const before = statSync(file).ino;
  rewriteWhole(file, "now");
  expect(readFileSync(file, "utf8")).toBe("now");
  expect(statSync(file).ino).not.toBe(before);
});

test("a file of a person's keeps its permissions, and its link", () => {
  const [file, link] = [join(folder, "file"), join(folder, "link")];
  writeFileSync(file, "before", { mode: 0o640 });
  symlinkSync(file, link);
  rewriteWhole(link, "now");
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(file, "utf8")).toBe("now");
  expect(statSync(file).mode & 0o777).toBe(0o640);
});

test("what cannot be written is said with its place", () => {
  expect(() => writeWhole(join(folder, "no", "file"), "text", 0o600)).toThrow(/no\/file cannot be written: ENOENT/);
});

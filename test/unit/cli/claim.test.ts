import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { claim } from "../../../cli/claim.mjs";

let file = "";
beforeEach(() => {
  file = path.join(mkdtempSync(path.join(os.tmpdir(), "claim-")), "lock");
});
afterEach(() => rmSync(path.dirname(file), { recursive: true, force: true }));

const files = () => readdirSync(path.dirname(file));
const isAlive = (text: string) => text !== "dead";

test("a file that nobody has is had at once, and then by nobody else", () => {
  expect(claim(file, "a", isAlive)).toBeUndefined();
  expect(claim(file, "b", isAlive)).toBe("a");
  expect(readFileSync(file, "utf8")).toBe("a");
  expect(files()).toEqual(["lock"]);
});

test("a dead holder's file is had by who looks at it", () => {
  writeFileSync(file, "dead");
  expect(claim(file, "a", isAlive)).toBeUndefined();
  expect(readFileSync(file, "utf8")).toBe("a");
  expect(files()).toEqual(["lock"]);
});

test("who was slower to see that the holder is dead does not remove what a faster one has claimed meanwhile", () => {
  writeFileSync(file, "dead");
  const slow = claim(file, "slow", (text) => {
    if (text === "dead") expect(claim(file, "fast", isAlive)).toBeUndefined();
    return isAlive(text);
  });
  expect(slow).toBe("fast");
  expect(readFileSync(file, "utf8")).toBe("fast");
  expect(files()).toEqual(["lock"]);
});

/** Behind the name of a file whose holder wrote "dead": the file that one has who is just taking it over. */
const GRAVE = createHash("sha256").update("dead").digest("hex").slice(0, 12);

test("while one takes it over, another is told who", () => {
  writeFileSync(file, "dead");
  writeFileSync(`${file}.${GRAVE}`, "a");
  expect(claim(file, "b", isAlive)).toBe("a");
  expect(readFileSync(file, "utf8")).toBe("dead");
});

test("one who died while taking it over is in nobody's way", () => {
  writeFileSync(file, "dead");
  writeFileSync(`${file}.${GRAVE}`, "dead");
  expect(claim(file, "b", isAlive)).toBeUndefined();
  expect(readFileSync(file, "utf8")).toBe("b");
  expect(files()).toEqual(["lock"]);
});

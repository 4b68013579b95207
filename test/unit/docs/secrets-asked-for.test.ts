import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FILES, ROOT } from "./pages.ts";

/** What pages and sentences tell a person to type: the CLI asks for a value that is not given, and a command line is in every process list. */
const WITH_VALUE = /pulumi config set --secret (?!--path)\S+ (?:<|…|"|[A-Z]{3,}-|\.\.\.)/g;

test("no page and no sentence asks for a secret on the command line", () => {
  const files = FILES.filter((file) => /\.(md|ts|mjs|yaml)$/.test(file) && !/^test\/|^CHANGELOG/.test(file));
  expect(files.length).toBeGreaterThan(500);
  const wrong = files.flatMap((file) =>
    [...readFileSync(join(ROOT, file), "utf8").matchAll(WITH_VALUE)].map(([found]) => `${file}: ${found}`),
  );
  expect(wrong).toEqual([]);
});

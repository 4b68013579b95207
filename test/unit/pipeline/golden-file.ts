import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";

const root = join(import.meta.dirname, "../../..");

/** The text equals a file of the repository; with `UPDATE_GOLDEN=1` (`npm run golden`) the file is made equal to the text. */
export function expectGolden(path: string, text: string): void {
  const file = join(root, path);
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, "utf8"));
}

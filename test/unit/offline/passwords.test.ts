import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GeneratedSecrets } from "../../../offline/compose/generated-secrets.ts";
import { generatePassword } from "../../../offline/compose/passwords.ts";
import type { PropertyMap } from "../../../offline/properties.ts";

const password = (inputs: PropertyMap) => generatePassword({ name: "p", inputs });

describe("a generated password", () => {
  test("has its length, its minimum of every class, and never a dollar", () => {
    const least = fc.nat({ max: 4 });
    fc.assert(
      fc.property(
        fc.integer({ min: 16, max: 64 }),
        least,
        least,
        least,
        least,
        (length, lower, upper, digits, special) => {
          const text = password({ length, minLower: lower, minUpper: upper, minNumeric: digits, minSpecial: special });
          expect(text).toHaveLength(length);
          expect(text.replace(/[^a-z]/g, "").length).toBeGreaterThanOrEqual(lower);
          expect(text.replace(/[^A-Z]/g, "").length).toBeGreaterThanOrEqual(upper);
          expect(text.replace(/[^0-9]/g, "").length).toBeGreaterThanOrEqual(digits);
          expect(text.replace(/[A-Za-z0-9]/g, "").length).toBeGreaterThanOrEqual(special);
          expect(text).not.toContain("$");
        },
      ),
    );
  });

  test("without special characters it is letters and digits", () => {
    expect(password({ length: 200, special: false })).toMatch(/^[A-Za-z0-9]{200}$/);
  });

  test("own special characters are used, the dollar among them is not", () => {
    const inputs = { length: 50, lower: false, upper: false, numeric: false, overrideSpecial: "$-" };
    expect(password(inputs)).toBe("-".repeat(50));
  });

  test("rules that do not fit into the length are refused by name", () => {
    expect(() => password({ length: 4, minLower: 5 })).toThrow('password "p": length 4 cannot hold the 5 characters');
  });
});

describe("generated secrets of a stack", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "generated-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const question = (length: number) => ({ urn: "urn:a", type: "random", name: "a", inputs: { length } });

  test("are the same at the next run, new when their rules change, and readable by their owner only", () => {
    const path = join(folder, "generated-secrets.json");
    const first = new GeneratedSecrets(path);
    const value = first.generate(question(24));
    expect(first.generate(question(24))).toBe(value);
    first.save();
    expect(statSync(path).mode & 0o777).toBe(0o600);

    const second = new GeneratedSecrets(path);
    expect(second.generate(question(24))).toBe(value);
    expect(second.generate(question(30))).toHaveLength(30);
  });

  test("a file that is no JSON any more is kept and named, not overwritten", () => {
    const path = join(folder, "generated-secrets.json");
    const before = readFileSync(path, "utf8");
    expect(() => new GeneratedSecrets(join(folder, "missing.json"))).not.toThrow();
    expect(JSON.parse(before)).toHaveProperty(["urn:a"]);
    expect(() => new GeneratedSecrets(import.meta.filename)).toThrow("is not JSON any more");
  });
});

import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GeneratedSecrets } from "../../../offline/compose/generated-secrets.ts";

describe("generated secrets of a stack", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "generated-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const type = "random:index/randomPassword:RandomPassword";
  const question = (length: number) => ({ urn: "urn:a", type, name: "a", inputs: { length, special: false } });

  test("are letters and digits of the length asked for; other rules are refused", () => {
    const secrets = new GeneratedSecrets(join(folder, "none.json"));
    expect(secrets.generate(question(200))).toMatch(/^[A-Za-z0-9]{200}$/);
    const strict = { ...question(8), urn: "urn:b", inputs: { length: 8, special: false, minUpper: 2 } };
    expect(() => secrets.generate(strict)).toThrow('password "a": only "length" and "special: false" can be had');
  });

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

import { describe, expect, test } from "vitest";
import { asSecret, type PropertyMap, UNKNOWN } from "../../../offline/properties.ts";
import type { Registration } from "../../../offline/registration.ts";
import { shown } from "../../../offline/report.ts";
import { containsSecret, isSecret, maskSecrets, unwrap } from "../../../offline/secrets.ts";
import { findLeaks } from "../../support/leaks.ts";

const wrapped = asSecret("hunter22");
const nested = { envs: ["A=1", wrapped], deep: [{ token: asSecret({ text: "hunter22" }) }] };

function registration(inputs: PropertyMap): Registration {
  const urn = "urn:pulumi:dev::p::t::n";
  return { urn, type: "t", name: "n", parent: "", custom: true, id: "", inputs, options: {}, outputs: {} };
}

describe("secrets in recorded values", () => {
  test("a secret stays one however often it is marked", () => {
    expect(asSecret(wrapped)).toBe(wrapped);
    expect(isSecret(wrapped)).toBe(true);
    expect(isSecret("hunter22")).toBe(false);
  });

  test("masking replaces every secret as a whole and nothing else", () => {
    expect(maskSecrets(nested)).toEqual({ envs: ["A=1", "[secret]"], deep: [{ token: "[secret]" }] });
  });

  test("unwrapping opens them all", () => {
    expect(unwrap(nested)).toEqual({ envs: ["A=1", "hunter22"], deep: [{ token: { text: "hunter22" } }] });
  });

  test("a value knows whether a secret is anywhere in it", () => {
    expect(containsSecret(nested)).toBe(true);
    expect(containsSecret({ envs: ["A=1"] })).toBe(false);
  });

  test("what is shown names secrets and unknowns, and an unknown secret is a secret", () => {
    expect(shown({ id: UNKNOWN, key: asSecret(UNKNOWN) })).toEqual({ id: "[unknown]", key: "[secret]" });
  });
});

describe("leaks", () => {
  test("a wrapped canary is no leak", () => {
    expect(findLeaks([registration(nested)], "hunter22")).toEqual([]);
  });

  test("a canary inside a longer text, or as a key, is found with its path", () => {
    const leaks = findLeaks([registration({ envs: ["A=1", "URL=a:hunter22@b"], map: { hunter22: 1 } })], "hunter22");
    expect(leaks.map((leak) => leak.path)).toEqual(["inputs.envs[1]", "inputs.map.<key>"]);
  });

  test("an empty canary is refused, since it would be found everywhere", () => {
    expect(() => findLeaks([], "")).toThrow("empty canary");
  });
});

import { expect, test } from "vitest";
import type { PropertyMap } from "../../../offline/properties.ts";
import type { Resource } from "../../../policy/rule.ts";
import { plainSecret } from "../../../policy/rules/secrets.ts";
import { secretsOf } from "../../../policy/stack.ts";

const container = (inputs: PropertyMap): Resource => ({
  urn: "urn:1",
  type: "docker:index/container:Container",
  name: "db",
  parent: "",
  inputs,
  options: {},
});

const found = (secret: string, inputs: PropertyMap) => {
  const judged = [container(inputs)];
  const secrets = secretsOf({ config: { "p:postgresPassword": secret, "p:secrets": JSON.stringify({ a: secret }) } });
  return [...plainSecret.find({ resources: judged, judged, secrets, seesRetention: true })].map(({ at }) => at);
};

test("a password that is the name of its database does not forbid the database, nor the stack, that name", () => {
  const inputs = {
    envs: ["POSTGRES_DB=inventory"],
    labels: [{ label: "stack", value: "inventory" }],
    image: "inventory:1",
  };
  expect(found("inventory", inputs)).toEqual([]);
  expect(found("inventory7x", { envs: ["POSTGRES_DB=inventory7x"] })).toEqual(["envs[POSTGRES_DB]"]);
});

test("such a word is found where a name or an address says that it is the password", () => {
  expect(found("inventory", { envs: ["POSTGRES_PASSWORD=inventory"] })).toEqual(["envs[POSTGRES_PASSWORD]"]);
  expect(found("inventory", { envs: ["URL=postgres://a:inventory@db/x"] })).toEqual(["envs[URL]"]);
});

test("a vendor's key is looked for in the value of a variable, whose name may begin like one", () => {
  const text = "a-word-of-twenty-letters-and-more";
  expect(found("x", { envs: [`SKETCH_OF_A_LONG_SETTING=${text}`] })).toEqual([]);
  expect(found("x", { envs: [`SETTING=${"SK"}${"0a1b2c3d".repeat(4)}`] })).toEqual(["envs[SETTING]"]);
});

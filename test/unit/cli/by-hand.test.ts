import { expect, test } from "vitest";
import { byHand } from "../../../cli/pulumi.ts";

const advice = ['backend: "x" is not valid. Set it with: pulumi config set backend <value>'];

test("advice that names the Pulumi CLI says how it is followed where there is none", () => {
  expect(byHand("shop", advice, undefined)).toBe(
    "There is no Pulumi CLI here: write a key into Pulumi.shop.yaml, below config, as game-scheduler-otel:<key>, and a secret into .local/shop/secrets.yaml, as <key>: <value> (chmod 600).",
  );
  expect(byHand("shop", ["a: no such key. Remove it with: pulumi config rm a"], undefined)).not.toBe("");
});

test("and nothing where there is one, or where the advice is none", () => {
  expect(byHand("shop", advice, "/usr/bin/pulumi")).toBe("");
  expect(byHand("shop", ["services: two are called a; rename one in Pulumi.shop.yaml"], undefined)).toBe("");
});

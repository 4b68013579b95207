import { expect, test } from "vitest";
import { program } from "../support/engine.ts";
import { providerOf } from "./backends/cases.ts";

const STACKS = ["dev", "other", "prod", "swarm"];

// by another provider it would be another resource: Pulumi would replace it
test.each(STACKS)("everything of stack %s on its engine is made with its one provider of Docker", async (stack) => {
  const { registrations, errors } = await program({ stack, dummySecrets: true });
  expect(errors).toEqual([]);
  const made = registrations.filter(({ type }) => type.startsWith("docker:")).map(providerOf);
  expect(made.length).toBeGreaterThan(20);
  expect(new Set(made)).toEqual(new Set(["docker"]));
});

// what is in such a component could be registered only when the plugin has started
test.each(STACKS)("no component of stack %s waits for that provider", async (stack) => {
  const { registrations } = await program({ stack, dummySecrets: true });
  expect(registrations.filter(({ options }) => options.providers?.docker !== undefined)).toEqual([]);
});

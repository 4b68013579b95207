import { expect, test } from "vitest";
import { difference } from "../../../difference/compare/difference.ts";
import { type Finding, spoken } from "../../../difference/compare/finding.ts";
import { takeInventory } from "../../../difference/inventory/inventory.ts";
import { contentOfStackFile } from "../../../offline/stack-content.ts";
import type { Json } from "../../../verify/json.ts";
import { recordedRun } from "./fixture/read.ts";
import { MUTATIONS } from "./mutations.ts";
import { Telemetry } from "./telemetry.ts";

const content = await contentOfStackFile("dev");
const [{ recording }, ...requests] = recordedRun()
  .split("\n")
  .map((line) => JSON.parse(line));
const inventoryOf = (of: readonly unknown[]) => takeInventory(of as readonly Json[], recording);
const base = inventoryOf(requests);

const text = ({ severity, sentence }: Finding): string => `${severity}: ${spoken(sentence, (name) => name)}`;

test("a run compared with itself shows no difference, though every object of it is a copy", () => {
  expect(difference(base, inventoryOf(new Telemetry(requests).requests), content)).toEqual([]);
});

test("there are at least twenty mutations, each said in words of its own", () => {
  expect(MUTATIONS.length).toBeGreaterThanOrEqual(20);
  expect(new Set(MUTATIONS.map(({ says }) => says.join("\n"))).size).toBe(MUTATIONS.length);
});

test.each(MUTATIONS)("$what: it is said, and nothing else", ({ mutate, says }) => {
  const run = new Telemetry(requests);
  mutate(run);
  expect(difference(base, inventoryOf(run.requests), content).map(text)).toEqual(says);
});

import { describe, expect, test } from "vitest";
import { prometheusName } from "../../../dashboards/model/metric.ts";
import { blindFindings } from "../../../difference/compare/blind.ts";
import { spoken } from "../../../difference/compare/finding.ts";
import { storedName } from "../../../difference/compare/metrics.ts";
import { readersOf, textsOf } from "../../../difference/compare/reads.ts";
import type { Inventory } from "../../../difference/inventory/model.ts";
import { isExported } from "../../../difference/steady.ts";
import { contentOfStackFile } from "../../../offline/stack-content.ts";
import { recordedInventories } from "./fixture/read.ts";

const content = await contentOfStackFile("dev");
const { dev1: base } = recordedInventories();
if (base === undefined) throw new Error("dev1 is not in the fixture.");

const readers = readersOf(content);
const said = (head: Inventory): readonly string[] =>
  blindFindings(base, head, content).map(({ sentence }) => spoken(sentence, (name) => name));

describe("what goes blind", () => {
  test("is looked for in every panel, alert and objective of the example", () => {
    const count = (kind: string): number => readers.filter((reader) => reader.kind === kind).length;
    expect([count("panel"), count("alert"), count("objective")]).toEqual([
      content.boards.flatMap(({ rows }) => rows.flatMap(({ panels }) => panels)).length,
      content.alerts.length,
      content.objectives.length,
    ]);
  });

  test("is named for every metric that is gone, when the recorded run had it and anything reads it", () => {
    const read = new Set(
      readers.flatMap(({ reads }) => reads.flatMap((one) => (one.of === "metric" ? [prometheusName(one.metric)] : []))),
    );
    const names = new Set(
      base.metrics
        .filter(isExported)
        .map(storedName)
        .filter((name) => read.has(name)),
    );
    expect(names.size).toBeGreaterThan(60);
    const unsaid = [...names].filter(
      (name) => said({ ...base, metrics: base.metrics.filter((one) => storedName(one) !== name) }).length === 0,
    );
    expect(unsaid).toEqual([]);
  });

  test("is named for every text that records no longer say", () => {
    const texts = textsOf(content).filter((text) => Object.keys(base.texts).some((key) => key.endsWith(` ${text}`)));
    expect(texts.length).toBeGreaterThan(3);
    const kept = (gone: string) =>
      Object.fromEntries(Object.entries(base.texts).filter(([key]) => !key.endsWith(` ${gone}`)));
    expect(texts.filter((text) => said({ ...base, texts: kept(text) }).length === 0)).toEqual([]);
  });

  test("is nothing that was blind before", () => {
    const without = { ...base, metrics: base.metrics.filter(({ service }) => service !== "redis") };
    expect(blindFindings(without, without, content)).toEqual([]);
  });
});

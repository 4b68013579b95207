import { describe, expect, test } from "vitest";
import type { Distribution } from "../../pipeline/versions.ts";
import { BACKENDS } from "./corpus/backends.ts";
import { casesOf, sampleOf } from "./corpus/cases.ts";
import type { Finding } from "./corpus/judge.ts";
import { differences, knownSummary, summaryOf, writeKnown } from "./corpus/known.ts";
import { allPayloads } from "./corpus/payload.ts";
import { tableOf } from "./corpus/report.ts";
import { runCorpus } from "./corpus/run.ts";

const cases = casesOf(allPayloads());

const shown = ({ what, id, place, backend }: Finding): string => `${what} ${id} in ${place} at ${backend}`;

describe("every payload in every place, through the rendered pipeline", () => {
  test.each<Distribution>(["own", "upstream"])(
    "leaks and destroys with the %s collector what is known, and nothing else",
    async (distribution) => {
      const findings = await runCorpus(cases, distribution, ["otlp"]);
      console.log(`${distribution} collector\n${tableOf(cases, findings)}`);
      const summary = summaryOf(cases, findings);
      if (process.env.UPDATE_KNOWN === "1") writeKnown(distribution, summary);
      expect(differences(summary, knownSummary(distribution))).toEqual([]);
    },
  );
});

test("what each backend gets is as clean as what every other gets", async () => {
  const sample = sampleOf(cases);
  const findings = await runCorpus(sample, "own");
  const everywhere = Object.groupBy(findings, ({ what, id, place }) => `${what} ${id} ${place}`);
  const differing = Object.values(everywhere).filter((all) => all !== undefined && all.length % BACKENDS.length !== 0);
  expect(differing.flatMap((all) => all?.map(shown) ?? [])).toEqual([]);
  expect(findings.filter(({ what }) => what === "lost").map(shown)).toEqual([]);
});

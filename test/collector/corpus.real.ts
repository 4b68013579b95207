import { expect, test } from "vitest";
import { BACKENDS } from "./corpus/backends.ts";
import { type Case, casesOf, sampleOf } from "./corpus/cases.ts";
import type { Finding } from "./corpus/judge.ts";
import {
  type Distribution,
  differences,
  knownSummary,
  type Summary,
  summaryOf,
  worse,
  writeKnown,
} from "./corpus/known.ts";
import { allPayloads } from "./corpus/payload.ts";
import { tableOf } from "./corpus/report.ts";
import { runCorpus } from "./corpus/run.ts";

const cases = casesOf(allPayloads());
const sample = sampleOf(cases);

const shown = ({ what, id, place, backend }: Finding): string => `${what} ${id} in ${place} at ${backend}`;

async function summarised(some: readonly Case[], distribution: Distribution): Promise<Summary> {
  const findings = await runCorpus(some, distribution, ["otlp"]);
  console.log(`${distribution} collector\n${tableOf(some, findings)}`);
  const summary = summaryOf(some, findings);
  if (process.env.UPDATE_KNOWN === "1") writeKnown(distribution, summary);
  return summary;
}

test("our collector: of all payloads in every place, nothing more leaves and nothing more is destroyed than is known", async () => {
  expect(worse(await summarised(cases, "own"), knownSummary("own"))).toEqual([]);
});

test("a collector that others built: what its rules cannot do is known kind by kind, within what differs from run to run", async () => {
  expect(differences(await summarised(sample, "upstream"), knownSummary("upstream"))).toEqual([]);
});

test("what each backend gets is as clean as what every other gets", async () => {
  const findings = await runCorpus(sample, "own");
  const everywhere = Map.groupBy(findings, ({ what, id, place }) => `${what} ${id} ${place}`);
  const differing = [...everywhere.values()].filter((all) => all.length % BACKENDS.length !== 0);
  expect(differing.flatMap((all) => all.map(shown))).toEqual([]);
  expect(findings.filter(({ what }) => what === "lost").map(shown)).toEqual([]);
});

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { Distribution } from "../../../pipeline/versions.ts";
import type { Case } from "./cases.ts";
import type { Finding } from "./judge.ts";

/** By what went wrong, then by kind: `31 of 520` records. A kind without a finding is not named. */
export type Summary = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What is wrong, kind by kind, with the records that were sent. */
export function summaryOf(cases: readonly Case[], findings: readonly Finding[]): Summary {
  const sent = Map.groupBy(cases, ({ payload }) => payload.kind);
  const byWhat = [...Map.groupBy(findings, ({ what }) => what)].map(([what, all]) => {
    const kinds = [...Map.groupBy(all, ({ kind }) => kind)].map(([kind, some]) => {
      const records = new Set(some.map(({ id, place }) => `${id} ${place}`)).size;
      return [kind, `${records} of ${sent.get(kind)?.length ?? 0}`] as const;
    });
    return [what, Object.fromEntries(kinds.toSorted())] as const;
  });
  return Object.fromEntries(byWhat.toSorted());
}

const pathOf = (distribution: Distribution): string => join(import.meta.dirname, `known-${distribution}.yaml`);

/** What is known not to be covered with that collector. */
export function knownSummary(distribution: Distribution): Summary {
  return (parse(readFileSync(pathOf(distribution), "utf8")) ?? {}) as Summary;
}

export function writeKnown(distribution: Distribution, summary: Summary): void {
  writeFileSync(pathOf(distribution), HEAD[distribution] + stringify(summary));
}

const HEAD: Readonly<Record<Distribution, string>> = {
  own: "# What our own collector does not do yet, made by UPDATE_KNOWN=1: records of the corpus, by kind.\n",
  upstream:
    "# What the rules for a collector built by others cannot do, made by UPDATE_KNOWN=1: records of the corpus, by kind.\n",
};

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { Distribution as Built } from "../../../pipeline/versions.ts";
import type { Case } from "./cases.ts";
import { ELSEWHERE, type Finding } from "./judge.ts";

/** By what went wrong, then by kind: `31 of 520` records. A kind without a finding is not named. */
export type Summary = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What is wrong, kind by kind, with the records that were sent. */
export function summaryOf(cases: readonly Case[], findings: readonly Finding[]): Summary {
  const sent = Map.groupBy(cases, ({ payload }) => payload.kind);
  const byWhat = [...Map.groupBy(findings, whatOf)].map(([what, all]) => {
    const kinds = [...Map.groupBy(all, ({ kind }) => kind)].map(([kind, some]) => {
      const records = new Set(some.map(({ id, place }) => `${id} ${place}`)).size;
      return [kind, `${records} of ${sent.get(kind)?.length ?? 0}`] as const;
    });
    return [what, Object.fromEntries(kinds.toSorted())] as const;
  });
  return Object.fromEntries(byWhat.toSorted());
}

/** A span may be clean where it stands and its name in a metric not. */
const whatOf = ({ what, place }: Finding): string => (ELSEWHERE.includes(place) ? `${what} into ${place}` : what);

/** Alloy has the same rules as a collector built by others. */
export type Distribution = Exclude<Built, "alloy">;

const pathOf = (distribution: Distribution): string => join(import.meta.dirname, `known-${distribution}.yaml`);

/** What is known not to be covered with that collector. */
export function knownSummary(distribution: Distribution): Summary {
  return (parse(readFileSync(pathOf(distribution), "utf8")) ?? {}) as Summary;
}

/** What is worse than known, one line a kind. */
export function worse(found: Summary, known: Summary): readonly string[] {
  return compared(found, known, ([now], [before]) => now > before);
}

/**
 * What differs from what is known, one line a kind. Upstream's `redaction` applies its patterns in no fixed order, and what one of them masks
 * another no longer finds, so counts differ from run to run: seen were 69, 72, 83 and 102 of 113 authorization headers.
 */
export function differences(found: Summary, known: Summary): readonly string[] {
  return compared(
    found,
    known,
    ([now, sent], [before, sentBefore]) =>
      (now > 0 && before > 0 && sent !== sentBefore) || Math.abs(now - before) > Math.max(6, sent * 0.4),
  );
}

type Counted = readonly [records: number, sent: number];

function compared(
  found: Summary,
  known: Summary,
  differ: (now: Counted, before: Counted) => boolean,
): readonly string[] {
  const all = [...new Set([...Object.keys(found), ...Object.keys(known)])];
  return all.flatMap((what) => {
    const [now, before] = [found[what] ?? {}, known[what] ?? {}];
    return [...new Set([...Object.keys(now), ...Object.keys(before)])]
      .filter((kind) => differ(counted(now[kind]), counted(before[kind])))
      .map((kind) => `${what}, ${kind}: ${now[kind] ?? "none"} (known: ${before[kind] ?? "none"})`);
  });
}

function counted(text = "0 of 0"): Counted {
  const [records = 0, sent = 0] = text.split(" of ").map(Number);
  return [records, sent];
}

export function writeKnown(distribution: Distribution, summary: Summary): void {
  writeFileSync(pathOf(distribution), HEAD[distribution] + stringify(summary));
}

const HEAD: Readonly<Record<Distribution, string>> = {
  own: "# What our own collector does not do yet, made by UPDATE_KNOWN=1: records of the corpus, by kind.\n",
  upstream:
    "# What the rules for a collector built by others cannot do, made by UPDATE_KNOWN=1: records of the corpus, by kind.\n",
};

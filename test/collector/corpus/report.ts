import type { Case } from "./cases.ts";
import { ELSEWHERE, type Finding } from "./judge.ts";

/** Findings and totals as people read them: by kind, then by place. */
export function tableOf(cases: readonly Case[], findings: readonly Finding[]): string {
  const count = (what: Finding["what"]) =>
    new Set(findings.filter((f) => f.what === what).map((f) => `${f.id} ${f.place}`)).size;
  const payloads = new Map(cases.map(({ payload }) => [payload.id, payload]));
  const innocents = [...payloads.values()].filter(({ innocent }) => innocent).length;
  return [
    ...section(
      "kind",
      findings.map((f) => [f.kind, f]),
    ),
    ...section(
      "place",
      findings.map((f) => [f.place, f]),
    ),
    `${payloads.size} payloads (${payloads.size - innocents} with something private, ${innocents} without) in ${cases.length} records, ${new Set(cases.map(({ place }) => place.name)).size} places`,
    `leaked ${count("leaked")}, destroyed ${count("destroyed")}, lost ${count("lost")}`,
  ].join("\n");
}

function section(title: string, findings: readonly (readonly [string, Finding])[]): readonly string[] {
  if (findings.length === 0) return [];
  const rows = [...Map.groupBy(findings, ([name]) => name)].map(([name, all]) => {
    const of = (what: Finding["what"]) =>
      String(new Set(all.filter(([, f]) => f.what === what).map(([, f]) => `${f.id} ${f.place}`)).size);
    return `${of("leaked").padStart(6)} ${of("destroyed").padStart(9)}  ${name}`;
  });
  return [`leaked destroyed  ${title}`, ...rows.toSorted().toReversed(), ""];
}

/** One line a payload: what happened to it, and where if not in every place, or not at every backend. */
export function detailsOf(cases: readonly Case[], findings: readonly Finding[], backends: number): readonly string[] {
  const sent = Map.groupBy(cases, ({ payload }) => payload.id);
  return [...Map.groupBy(findings, ({ what, id }) => `${what} ${id}`)].map(([name, all]) => {
    const [{ id, detail } = { id: "", detail: "" }] = all;
    const places = [...new Set(all.map(({ place }) => place).filter((place) => !ELSEWHERE.includes(place)))];
    const at = new Set(all.map(({ backend }) => backend).filter((backend) => backend !== ""));
    const partly = places.length < (sent.get(id)?.length ?? 0) ? ` (only ${places.join(", ")})` : "";
    return `${name}: ${detail.replaceAll("\n", "␤")}${partly}${at.size < backends ? ` at ${[...at].join(", ")}` : ""}`;
  });
}

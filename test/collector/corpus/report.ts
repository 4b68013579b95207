import type { Case } from "./cases.ts";
import type { Finding } from "./judge.ts";

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

/** One line a payload: what happened to it, in which places, at which backends if not at all of them. */
export function detailsOf(findings: readonly Finding[], backends: number): readonly string[] {
  return [...Map.groupBy(findings, ({ what, id }) => `${what} ${id}`)].map(([name, all]) => {
    const places = [...new Set(all.map(({ place }) => place))];
    const at = new Set(all.map(({ backend }) => backend).filter((backend) => backend !== ""));
    const where = at.size < backends ? ` (at ${[...at].join(", ")})` : "";
    return `${name}${where} in ${places.join(", ")}: ${all[0]?.detail ?? ""}`;
  });
}

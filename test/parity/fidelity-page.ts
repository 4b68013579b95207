import type { Content } from "../../dashboards/content.ts";
import { PARITY_BACKENDS, type ParityItem, parity, parityScore } from "../../dashboards/parity/fidelity.ts";

const TITLES = {
  grafana: "Grafana",
  jaeger: "Local Jaeger",
  "new-relic": "New Relic",
  honeycomb: "Honeycomb",
} as const;

/** The documentation page about parity, as Markdown. */
export function parityPage(content: Content): string {
  const items = parity(content);
  const scores = PARITY_BACKENDS.map((backend) => parityScore(backend, items));
  const summary = scores.map(
    (score) =>
      `| ${TITLES[score.backend]} | ${score.exact} | ${score.approximated} | ${score.unsupported} | ${(score.share * 100).toFixed(1)} % |`,
  );
  return [
    "# Parity: what each backend shows",
    "",
    "Boards, alerts and objectives are written once and compiled to each backend. This page is made by `npm run parity -- --write`; a test",
    "fails when it is out of date. *Exact*: the same number. *Approximated*: a number a person reads the same way, and how it differs.",
    "",
    "| backend | exact | approximated | not | exact or approximated |",
    "|---|---|---|---|---|",
    ...summary,
    "",
    ...PARITY_BACKENDS.flatMap((backend) =>
      section(
        TITLES[backend],
        items.filter((item) => item.backend === backend),
      ),
    ),
  ].join("\n");
}

function section(title: string, items: readonly ParityItem[]): readonly string[] {
  const rows = items.flatMap((item) =>
    item.fidelity.kind === "exact" ? [] : [`| ${item.kind} | ${item.what} | ${words(item)} |`],
  );
  if (rows.length === 0) return [`## ${title}`, "", "Everything is exact.", ""];
  return [`## ${title}`, "", "| kind | what | how |", "|---|---|---|", ...rows, ""];
}

function words(item: ParityItem): string {
  switch (item.fidelity.kind) {
    case "exact":
      return "";
    case "approximated":
      return `approximated: ${item.fidelity.how}`;
    case "unsupported":
      return `**not**: ${item.fidelity.why}`;
    default:
      return item.fidelity satisfies never;
  }
}

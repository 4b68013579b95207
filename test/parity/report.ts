import { type ParityItem, parityScore } from "../../dashboards/parity/fidelity.ts";
import { COMPARED, type Compared, type Comparison } from "./compare/compare.ts";

/** More than this is not exact. */
export const TOLERANCE = 0.01;

/** What was found of one backend. */
export interface BackendReport {
  readonly backend: Compared;
  readonly exact: number;
  readonly approximated: number;
  readonly impossible: number;
  /** Of the exact ones: numbers compared, and those that the recording says nothing about. */
  readonly measured: number;
  readonly unmeasured: number;
  /** Largest relative difference of a number that is called exact, and whose it is. */
  readonly largest: number;
  readonly of: string;
  /** One line for each number that is called exact and could not be compared, since its store was not asked. */
  readonly notCompared: readonly string[];
  /** One line for each number that is called exact and is not. */
  readonly wrong: readonly string[];
}

export function reportOf(comparisons: readonly Comparison[], items: readonly ParityItem[]): readonly BackendReport[] {
  return COMPARED.map((backend) => {
    const score = parityScore(backend, items);
    const exact = new Set(
      items
        .filter((item) => item.backend === backend && item.fidelity.kind === "exact")
        .map(({ kind, what }) => `${kind} ${what}`),
    );
    const own = comparisons.filter(
      (one) => one.backend === backend && exact.has(`${one.question.kind} ${one.question.what}`),
    );
    let [largest, of, measured] = [0, "", 0];
    const [wrong, notCompared]: [string[], string[]] = [[], []];
    for (const { question, finding } of own) {
      const name = question.kind === "panel" ? `${question.what} (${question.name})` : question.what;
      if (finding.kind === "unasked") notCompared.push(`${name}: ${finding.why}`);
      if (finding.kind === "refused") wrong.push(`${name}: ${finding.why}`);
      if (finding.kind !== "measured") continue;
      measured++;
      if (finding.of.largest > TOLERANCE) wrong.push(`${name}: ${percent(finding.of.largest)}, ${finding.of.where}`);
      if (finding.of.largest > largest) [largest, of] = [finding.of.largest, name];
    }
    const { exact: all, approximated, unsupported } = score;
    return {
      backend,
      exact: all,
      approximated,
      impossible: unsupported,
      measured,
      unmeasured: own.length - measured - notCompared.length,
      notCompared,
      largest,
      of,
      wrong,
    };
  });
}

export const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

const TITLES: Readonly<Record<Compared, string>> = {
  grafana: "Grafana Cloud, lgtm",
  "new-relic": "New Relic",
  honeycomb: "Honeycomb",
};

/** A line a backend, for a terminal. */
export function reportLines(reports: readonly BackendReport[]): readonly string[] {
  const rows = reports.map((one) => [
    TITLES[one.backend],
    String(one.exact),
    String(one.approximated),
    String(one.impossible),
    String(one.measured),
    one.of === "" ? percent(one.largest) : `${percent(one.largest)} ${one.of}`,
  ]);
  const head = [
    "backend",
    "exact",
    "approximated",
    "impossible",
    "numbers compared",
    "largest difference of an exact one",
  ];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** The part of docs/parity.md that was measured. */
export function measuredSection(reports: readonly BackendReport[], recorded: string): string {
  return [
    "## By number",
    "",
    `Traffic of the example was recorded once (${recorded}), as each backend receives it. Every number of every panel, alert and objective is`,
    "asked of it in steps of two minutes: the PromQL and LogsQL of boards and rules of a real Prometheus and a real VictoriaLogs, LogQL of what a real",
    "Loki answered, New Relic's and Honeycomb's queries of evaluators that follow the vendors' documentation (`test/parity/evaluate/`, each rule with its",
    "source). What is called exact agrees with Prometheus and VictoriaLogs within 1 %; `npm run parity` compares again and fails where it does not.",
    "",
    ...table(reports),
    ...reports.flatMap(({ backend, notCompared }) =>
      notCompared.map((one) => `Not compared on ${TITLES[backend]}: ${one} (\`npm run parity -- --loki URL\`).`),
    ),
    ...(reports.some(({ notCompared }) => notCompared.length > 0) ? [""] : []),
    "A line is compared where all its series cover the step: where one begins, ends, restarts or pauses within, stores differ by construction",
    "(Prometheus counts a series from its second report on and extrapolates to its ends, a delta counts what it was sent). Span metrics of",
    "New Relic are counted by a connector of their own, so they are compared with the nearest of Prometheus' numbers within one report.",
    "Not covered: lists of log records and traces, which are no numbers, and what the vendors do that their documentation does not say.",
    "",
  ].join("\n");
}

/** What was measured where the collector keeps a share of the traces. */
export function sampledSection(reports: readonly BackendReport[], recorded: string): string {
  return [
    "### Under tail sampling",
    "",
    `The same of a recording with \`sampling.mode: tail\` (${recorded}), except LogQL: sampling changes no log record, and no Loki was asked again. What is`,
    "exact without sampling has to be exact with it: metrics are made before spans are dropped. `npm run parity -- --tail` compares again.",
    "",
    ...table(reports),
  ].join("\n");
}

function table(reports: readonly BackendReport[]): readonly string[] {
  return [
    "| backend | exact | approximated | impossible | numbers of exact ones compared | not in the recording | largest difference |",
    "|---|---|---|---|---|---|---|",
    ...reports.map(
      (one) =>
        `| ${TITLES[one.backend]} | ${one.exact} | ${one.approximated} | ${one.impossible} | ${one.measured} | ${one.unmeasured} | ${percent(one.largest)}${one.of === "" ? "" : ` ${one.of}`} |`,
    ),
    "",
  ];
}

import { aligned } from "../cli/text.ts";
import { BACKENDS, type BackendKind } from "../vendors/kinds.ts";
import { PRICING } from "../vendors/pricing.ts";
import { type Bill, billOf } from "./bill.ts";
import { costText } from "./budget.ts";
import { estimate } from "./estimate.ts";
import type { Measured, SeriesSource } from "./measure.ts";
import { MONTH_SECONDS } from "./usage.ts";
import type { Workload } from "./workload.ts";

export interface CostRow {
  readonly what: "series" | "points" | "spans" | "records";
  readonly estimated: number;
  readonly measured: number;
}

/** Estimate against measurement; also what `--json` prints. Rates are a second. */
export interface CostReport {
  readonly stack: string;
  readonly measured: Measured;
  /** Requests a second that the configuration states. */
  readonly statedRequests: number;
  /** With the requests that were measured. */
  readonly rows: readonly CostRow[];
  /** What a month like that costs, by vendor. */
  readonly bills: Readonly<Partial<Record<BackendKind, Bill>>>;
  readonly sources: readonly SeriesSource[];
  /** Whether every row is within 20 %. */
  readonly holds: boolean;
}

const TOLERANCE = 0.2;
/** Fewer than this a second are too few to compare. */
const FEW = 0.05;

/** Pure. What the configuration states of spans, records and series takes no part: it is what is to be checked. */
export function costReport(
  stack: string,
  workload: Workload,
  measured: Measured,
  sources: readonly SeriesSource[],
): CostReport {
  const { usage } = estimate({ ...workload, traffic: { requests: measured.requests } });
  const rows: readonly CostRow[] = [
    { what: "series", estimated: usage.series, measured: measured.series },
    { what: "points", estimated: usage.points / MONTH_SECONDS, measured: measured.points },
    { what: "spans", estimated: usage.spans / MONTH_SECONDS, measured: measured.spans },
    { what: "records", estimated: usage.records / MONTH_SECONDS, measured: measured.records },
  ];
  return {
    stack,
    measured,
    rows,
    sources,
    bills: billsOf(workload, measured),
    statedRequests: workload.traffic.requests,
    holds: rows.every((row) => Math.abs(offOf(row) ?? 0) <= TOLERANCE),
  };
}

/** How far the estimate is off; undefined where there is too little to tell. */
export function offOf({ estimated, measured }: CostRow): number | undefined {
  return Math.max(estimated, measured) < FEW ? undefined : estimated / Math.max(measured, FEW / 10) - 1;
}

function billsOf(workload: Workload, { requests, spans, records, series }: Measured): CostReport["bills"] {
  // of the spans that left, which are sampled already
  const sampling = { mode: "all", baseline: 100 } as const;
  const { usage } = estimate({ ...workload, sampling, traffic: { requests, spans, records, series } });
  return Object.fromEntries(
    BACKENDS.flatMap((kind) => {
      const pricing = PRICING[kind];
      return pricing === undefined ? [] : [[kind, billOf(usage, pricing)]];
    }),
  );
}

const figure = (value: number): string => (value >= 100 ? String(Math.round(value)) : value.toPrecision(3));

/** The report for a person. */
export function renderCost(report: CostReport): string {
  const { stack, measured, rows, bills, sources, statedRequests, holds } = report;
  const figures = rows.map((row) => {
    const off = offOf(row);
    const said = off === undefined ? "too few" : `${off < 0 ? "" : "+"}${Math.round(off * 100)} %`;
    return [
      row.what === "series" ? "series" : `${row.what} a second`,
      ...[row.estimated, row.measured].map(figure),
      said,
    ];
  });
  const costs = Object.entries(bills).map(([kind, bill]) => [
    kind,
    bill.usd === 0 ? "nothing" : costText(bill),
    `prices of ${PRICING[kind as BackendKind]?.asOf ?? ""}`,
  ]);
  const names = sources.map(({ metric, series, label }) => [
    String(series),
    metric,
    label === undefined ? "" : `${label.name}: ${label.values} values`,
  ]);
  return [
    `Stack ${stack}, the last ${measured.minutes} minutes: ${figure(measured.requests)} requests a second (traffic.requests is ${statedRequests})`,
    ...aligned([["", "estimated", "measured", "off"], ...figures]),
    "A month like that costs",
    ...aligned(costs),
    "Metrics with the most series, and their widest label",
    ...aligned(names),
    holds
      ? "The estimate holds: every figure is within 20 %."
      : `NOT within 20 %. State what was measured:\n${stated(report)}`,
  ].join("\n");
}

function stated({ measured: { requests, made, records, series } }: CostReport): string {
  const set = (key: string, value: number): string =>
    `  pulumi config set --path traffic.${key} ${Number(value.toPrecision(3))}`;
  return [set("requests", requests), set("spans", made), set("records", records), set("series", series)].join("\n");
}

import type { Where } from "./expression.ts";
import type { Signal, Unit } from "./signal.ts";
import type { Source } from "./source.ts";

/** Where a value turns from good to bad. `above`: larger is worse; `below`: smaller is worse. */
export interface Thresholds {
  readonly direction: "above" | "below";
  readonly warn: number;
  readonly bad: number;
}

interface PanelBase {
  readonly title: string;
  /** What a person should read from it, in one sentence. */
  readonly note: string;
  /** Of 24 columns, even; `row` shares them out. */
  readonly width: number;
}

/** Numbers, as lines, bars, single values or a table. */
export interface ChartPanel extends PanelBase {
  readonly kind: "lines" | "stacked" | "stat" | "bars" | "table";
  readonly signals: readonly Signal[];
  readonly thresholds?: Thresholds;
  /** Text instead of a value when there is none, for example "no traffic". */
  readonly empty?: string;
}

/** The newest log records of a severity or worse. */
export interface LogsPanel extends PanelBase {
  readonly kind: "logs";
  readonly where: Where;
  readonly severity: "info" | "warn" | "error";
}

/** Traces with such a span. */
export interface TracesPanel extends PanelBase {
  readonly kind: "traces";
  readonly where: Where;
  /** Only failed traces, only slow ones (seconds), or the latest. */
  readonly pick: "failed" | "latest" | { readonly slowerThan: number };
}

/** Who calls whom: rate, failures and latency of each edge. */
export interface MapPanel extends PanelBase {
  readonly kind: "map";
  readonly rate: Signal;
  readonly failed: Signal;
  readonly latency: Signal;
}

export type Panel = ChartPanel | LogsPanel | TracesPanel | MapPanel;

export interface Row {
  readonly title: string;
  /** In grid units of 30 pixels. */
  readonly height: number;
  readonly panels: readonly Panel[];
}

/** Panels that together answer one question, in no vendor's words. */
export interface Board {
  readonly id: string;
  readonly title: string;
  /** The question it answers for someone woken at night. */
  readonly question: string;
  readonly rows: readonly Row[];
}

/** A board of rows; each row is a title and its panels: `["Now", stat(...), stat(...)]`. */
export function board(
  id: string,
  title: string,
  question: string,
  rows: readonly (readonly [title: string, ...panels: Panel[]])[],
): Board {
  return { id, title, question, rows: rows.map(([heading, ...panels]) => row(heading, panels)) };
}

/** Panels beside each other, at most four in a line (six numbers), sharing the width; the tallest kind decides the height. */
export function row(title: string, panels: readonly Panel[]): Row {
  const line = panels.every(({ kind }) => kind === "stat") && panels.length <= 6 ? 6 : 4;
  const share = 24 / Math.min(line, Math.max(1, panels.length));
  const narrow = Math.floor(share / 2) * 2;
  // five numbers: 4 4 4 6 6
  const wide = share === narrow ? 0 : (24 - narrow * panels.length) / 2;
  return {
    title,
    height: Math.max(...panels.map(({ kind }) => HEIGHT[kind]), 0),
    panels: panels.map((panel, index) => ({ ...panel, width: index < panels.length - wide ? narrow : narrow + 2 })),
  };
}

const HEIGHT: Readonly<Record<Panel["kind"], number>> = {
  stat: 5,
  lines: 8,
  stacked: 8,
  bars: 8,
  table: 9,
  logs: 9,
  traces: 9,
  map: 11,
};

type Chart = (
  title: string,
  note: string,
  signals: Signal | readonly Signal[],
  thresholds?: Thresholds,
  /** Text instead of a value when there is none. */
  empty?: string,
) => ChartPanel;

const chart =
  (kind: ChartPanel["kind"]): Chart =>
  (title, note, signals, thresholds, empty) => ({
    kind,
    title,
    note,
    width: 24,
    signals: "id" in signals ? [signals] : signals,
    ...(thresholds && { thresholds }),
    ...(empty !== undefined && { empty }),
  });

/** Numbers of now, with their recent past behind them. */
export const stat = chart("stat");
/** Values over time, one line for each group of a signal. */
export const lines = chart("lines");
/** Lines that add up. */
export const stacked = chart("stacked");
/** Values of now, one bar each. */
export const bars = chart("bars");
/** Values of now, one line each. */
export const table = chart("table");

/** The newest log records that fulfil the condition. */
export const logs = (title: string, note: string, where: Where, severity: LogsPanel["severity"]): LogsPanel => ({
  kind: "logs",
  title,
  note,
  width: 24,
  where,
  severity,
});

/** Traces with a span that fulfils the condition. */
export const traces = (title: string, note: string, where: Where, pick: TracesPanel["pick"]): TracesPanel => ({
  kind: "traces",
  title,
  note,
  width: 24,
  where,
  pick,
});

/** The service map; all three signals are grouped by who calls and who is called. */
export const map = (title: string, note: string, rate: Signal, failed: Signal, latency: Signal): MapPanel => ({
  kind: "map",
  title,
  note,
  width: 24,
  rate,
  failed,
  latency,
});

/** Every panel of a board, in reading order. */
export function panelsOf({ rows }: Board): readonly Panel[] {
  return rows.flatMap(({ panels }) => panels);
}

/** Signals a panel shows. */
export function signalsOf(panel: Panel): readonly Signal[] {
  switch (panel.kind) {
    case "lines":
    case "stacked":
    case "stat":
    case "bars":
    case "table":
      return panel.signals;
    case "map":
      return [panel.rate, panel.failed, panel.latency];
    case "logs":
    case "traces":
      return [];
    default:
      return panel satisfies never;
  }
}

/** Parts of the pipeline a panel needs. */
export function sourcesOf(panel: Panel): readonly Source[] {
  if (panel.kind === "logs") return ["logs"];
  if (panel.kind === "traces") return ["traces"];
  return [...new Set(signalsOf(panel).flatMap((signal) => signal.sources))];
}

/** What a person reads where a panel has nothing to show. */
export function emptyText(panel: Panel): string {
  if ("signals" in panel && panel.empty !== undefined) return panel.empty;
  if (panel.kind === "logs") return "No such records in this time.";
  return panel.kind === "traces" ? "No such traces in this time." : "Nothing counted in this time.";
}

/** The unit of a panel: that of its first signal. */
export function unitOf(panel: Pick<ChartPanel, "signals">): Unit {
  return panel.signals[0]?.unit ?? "count";
}

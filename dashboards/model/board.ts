import type { Where } from "./expression.ts";
import type { Signal, Unit } from "./signal.ts";
import type { Source } from "./source.ts";

/** Where a value turns from good to bad. `above`: larger is worse; `below`: smaller is worse. */
export interface Thresholds {
  readonly direction: "above" | "below";
  readonly warn: number;
  readonly bad: number;
}

/** Of 24 columns. */
export type Width = 3 | 4 | 6 | 8 | 12 | 16 | 18 | 24;

interface PanelBase {
  readonly title: string;
  /** What a person should read from it, in one sentence. */
  readonly note: string;
  readonly width: Width;
  /**
   * True when the panel belongs to an instrumentation that is a choice: without it the panel is left out and said so.
   * Otherwise a source that is not deployed is an error.
   */
  readonly optional?: boolean;
}

export interface ChartPanel extends PanelBase {
  readonly kind: "lines" | "stacked" | "stat" | "bars" | "table";
  readonly signals: readonly Signal[];
  readonly thresholds?: Thresholds;
  /** Text instead of a value when there is none, for example "no traffic". */
  readonly empty?: string;
}

export interface LogsPanel extends PanelBase {
  readonly kind: "logs";
  readonly where: Where;
  readonly severity: "info" | "warn" | "error";
}

export interface TracesPanel extends PanelBase {
  readonly kind: "traces";
  readonly where: Where;
  /** Only failed traces, only slow ones (seconds), or the latest. */
  readonly pick: "failed" | "latest" | { readonly slowerThan: number };
}

export interface MapPanel extends PanelBase {
  readonly kind: "map";
  readonly rate: Signal;
  readonly failed: Signal;
  readonly latency: Signal;
}

export interface TextPanel extends PanelBase {
  readonly kind: "text";
  readonly markdown: string;
}

export type Panel = ChartPanel | LogsPanel | TracesPanel | MapPanel | TextPanel;

export interface Row {
  readonly title: string;
  /** In grid units of 30 pixels. */
  readonly height: number;
  readonly panels: readonly Panel[];
}

export interface Board {
  readonly id: string;
  readonly title: string;
  /** The question it answers for someone woken at night. */
  readonly question: string;
  readonly rows: readonly Row[];
}

/** Every panel of a board, in reading order. */
export function panelsOf(board: Board): readonly Panel[] {
  return board.rows.flatMap((row) => row.panels);
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
    case "text":
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

/** The unit of a panel: that of its first signal. */
export function unitOf(panel: ChartPanel): Unit {
  return panel.signals[0]?.unit ?? "count";
}

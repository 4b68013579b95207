import type { Panel } from "../dashboards/model/board.ts";
import { panelsOf } from "../dashboards/model/board.ts";
import type { FilledBoard } from "./collect.ts";
import { hasData } from "./model.ts";

/** Panels that a healthy system leaves empty, each with its reason; without a board: on the board of any service. */
export const EMPTY_WHEN_WELL: Readonly<Record<string, string>> = {
  "Overview: Failed traces": "nothing failed",
  "Overview: Errors in the logs": "nothing failed",
  "Overview: Error records by service": "nothing failed",
  "Overview: Failed operations": "nothing failed",
  "Failed traces": "nothing failed",
  "PostgreSQL: Slow statements": "no statement took 100 ms",
  "Deploys: Error records": "nothing failed",
};

export interface PanelReport {
  /** Board and panel. */
  readonly panel: string;
  readonly state: "data" | "empty" | "failed";
  /** Why it is empty or failed, if known. */
  readonly reason?: string;
}

/** What each panel got. */
export function reportOf(boards: readonly FilledBoard[]): readonly PanelReport[] {
  return boards.flatMap((filled) => panelsOf(filled.board).map((panel) => one(filled, panel)));
}

function one(filled: FilledBoard, panel: Panel): PanelReport {
  const name = `${filled.board.title}: ${panel.title}`;
  const data = filled.panels.get(panel);
  if (data === undefined || data.kind === "failed")
    return { panel: name, state: "failed", reason: data?.reason ?? "not asked" };
  if (hasData(data)) return { panel: name, state: "data" };
  const reason = EMPTY_WHEN_WELL[name] ?? EMPTY_WHEN_WELL[panel.title];
  return reason === undefined ? { panel: name, state: "empty" } : { panel: name, state: "empty", reason };
}

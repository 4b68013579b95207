import { type Panel, panelsOf } from "../dashboards/model/board.ts";
import type { FilledBoard } from "./collect.ts";
import { hasData } from "./model.ts";

/** Why a healthy system may leave a panel empty; undefined: it does not. */
function reasonIfEmpty(panel: Panel): string | undefined {
  if (panel.kind === "traces") return panel.pick === "failed" ? "nothing failed" : undefined;
  if (panel.kind === "logs") return panel.severity === "error" ? "nothing failed" : undefined;
  return "empty" in panel ? panel.empty : undefined;
}

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
  const reason = reasonIfEmpty(panel);
  return { panel: name, state: "empty", ...(reason !== undefined && { reason }) };
}

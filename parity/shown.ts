import { ALERTS } from "../dashboards/alerts/index.ts";
import { BOARDS } from "../dashboards/boards/index.ts";
import type { Alert } from "../dashboards/model/alert.ts";
import { availableBoard } from "../dashboards/model/availability.ts";
import type { Board } from "../dashboards/model/board.ts";
import type { Objective } from "../dashboards/model/objective.ts";
import { BASE_SOURCES } from "../dashboards/model/source.ts";
import { OBJECTIVES } from "../dashboards/slos/index.ts";

/** What is shown and judged of a stack. */
export interface Shown {
  readonly boards: readonly Board[];
  readonly alerts: readonly Alert[];
  readonly objectives: readonly Objective[];
}

/** Of the example: what the recording can be asked about. */
export function shownOfExample(): Shown {
  const has = (sources: readonly string[]): boolean =>
    sources.every((one) => BASE_SOURCES.some((base) => base === one));
  return {
    boards: BOARDS.map((board) => availableBoard(board, BASE_SOURCES).board).filter(({ rows }) => rows.length > 0),
    alerts: ALERTS.filter(({ signal }) => has(signal.sources)),
    objectives: OBJECTIVES.filter(({ sources }) => has(sources)),
  };
}

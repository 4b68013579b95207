import type { Board, Panel, Row } from "./board.ts";
import { sourcesOf } from "./board.ts";
import type { Source } from "./source.ts";
import { SOURCES } from "./source.ts";

/** A panel asks for something the deployed pipeline does not make. */
export interface BoardDiagnostic {
  readonly id: "source-not-deployed";
  readonly severity: "error" | "warning";
  /** Board and panel, for example `boards.api.Rate by route`. */
  readonly at: string;
  readonly message: string;
  readonly fix: string;
  readonly docs: string;
}

/** The board without what its sources cannot give. Optional panels vanish with a warning, others are errors. */
export function availableBoard(
  board: Board,
  sources: readonly Source[],
): { readonly board: Board; readonly diagnostics: readonly BoardDiagnostic[] } {
  const diagnostics: BoardDiagnostic[] = [];
  const rows: Row[] = [];
  for (const row of board.rows) {
    const panels = row.panels.filter((panel) => {
      const missing = sourcesOf(panel).filter((source) => !sources.includes(source));
      if (missing.length > 0) diagnostics.push(diagnostic(board, panel, missing));
      return missing.length === 0;
    });
    if (panels.length > 0) rows.push({ ...row, panels });
  }
  return { board: { ...board, rows }, diagnostics };
}

function diagnostic(board: Board, panel: Panel, missing: readonly Source[]): BoardDiagnostic {
  const names = missing.map((source) => `${source} (${SOURCES[source]})`).join(" and ");
  return {
    id: "source-not-deployed",
    severity: panel.optional === true ? "warning" : "error",
    at: `boards.${board.id}.${panel.title}`,
    message: `the panel needs ${names}, which is not deployed`,
    fix:
      panel.optional === true
        ? "deploy the source to see the panel, or leave it out as now"
        : "deploy the source or remove the panel",
    docs: "docs/dashboards.md#sources",
  };
}

import type { Panel, Row } from "./board.ts";

/** Where a panel lies, in a grid of 24 columns. */
export interface Position {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface PlacedRow {
  readonly row: Row;
  readonly y: number;
  readonly panels: readonly { readonly panel: Panel; readonly at: Position }[];
}

const COLUMNS = 24;

/** Puts rows below each other and panels beside each other, a new line when one is full: nothing can overlap. */
export function layOut(rows: readonly Row[]): readonly PlacedRow[] {
  const placed: PlacedRow[] = [];
  let y = 0;
  for (const row of rows) {
    const panels: { panel: Panel; at: Position }[] = [];
    let x = 0;
    let line = y + 1;
    for (const panel of row.panels) {
      if (x + panel.width > COLUMNS) {
        x = 0;
        line += row.height;
      }
      panels.push({ panel, at: { x, y: line, w: panel.width, h: row.height } });
      x += panel.width;
    }
    placed.push({ row, y, panels });
    y = line + row.height;
  }
  return placed;
}

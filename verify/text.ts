import { styleText } from "node:util";

export interface ReportStyle {
  /** Only on a terminal. */
  readonly colours: boolean;
}

export type Paint = (format: "bold" | "green" | "red" | "dim", text: string) => string;

export function painter({ colours }: ReportStyle): Paint {
  return (format, text) => (colours ? styleText(format, text, { validateStream: false }) : text);
}

/** Aligned columns, indented by two. Widths are counted before `paint` adds colours to a cell. */
export function aligned(
  rows: readonly (readonly string[])[],
  paint: (cell: string) => string = (cell) => cell,
): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows.map((row) => {
    const cells = row.map((text, column) => (column === row.length - 1 ? text : text.padEnd(widths[column] ?? 0)));
    return `  ${cells.map(paint).join("  ")}`.trimEnd();
  });
}

import { styleText } from "node:util";

/** How a text for a person is printed. */
export interface TextStyle {
  /** See `wantsColour`. */
  readonly colours: boolean;
}

/** Whether a stream shows colours: only a terminal does, unless NO_COLOR is set. */
export function wantsColour(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true && process.env.NO_COLOR === undefined;
}

/** Formats a text for a terminal; leaves it as it is where there are no colours. */
export type Paint = (format: "bold" | "green" | "red" | "yellow" | "dim", text: string) => string;

/** What formats texts in this style. */
export function painter({ colours }: TextStyle): Paint {
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

import { structuredPatch } from "diff";

export interface UnifiedDiff {
  /** Hunks with their `@@` lines; empty when the texts are the same. */
  readonly lines: readonly string[];
  readonly added: number;
  readonly removed: number;
}

/** The difference of two texts, line by line with three around each change, as `diff -u` prints it. */
export function unifiedDiff(from: string, to: string): UnifiedDiff {
  // Both end alike here, so that no line says that one does not.
  const { hunks } = structuredPatch("", "", `${from}\n`, `${to}\n`, "", "", { context: 3 });
  const changes = (sign: string) => hunks.flatMap(({ lines }) => lines).filter((line) => line.startsWith(sign)).length;
  const lines = hunks.flatMap((hunk) => [
    `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`,
    ...hunk.lines,
  ]);
  return { lines, added: changes("+"), removed: changes("-") };
}

/** Unchanged lines shown around a change. */
const CONTEXT = 3;

interface Line {
  readonly sign: " " | "-" | "+";
  readonly text: string;
}

export interface UnifiedDiff {
  /** Hunks with their `@@` lines; empty when the texts are the same. */
  readonly lines: readonly string[];
  readonly added: number;
  readonly removed: number;
}

/** The difference of two texts, line by line, as `diff -u` prints it. */
export function unifiedDiff(from: string, to: string): UnifiedDiff {
  const script = editScript(from.split("\n"), to.split("\n"));
  const shown = script.map((_, at) =>
    script.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some((line) => line.sign !== " "),
  );
  const lines: string[] = [];
  const next = { from: 1, to: 1 };
  for (let at = 0; at < script.length; at += 1) {
    if (shown[at] !== true) {
      next.from += 1;
      next.to += 1;
      continue;
    }
    const hidden = shown.indexOf(false, at);
    const hunk = script.slice(at, hidden === -1 ? script.length : hidden);
    const size = { from: count(hunk, "-"), to: count(hunk, "+") };
    lines.push(`@@ -${next.from},${size.from} +${next.to},${size.to} @@`, ...hunk.map((l) => `${l.sign}${l.text}`));
    next.from += size.from;
    next.to += size.to;
    at += hunk.length - 1;
  }
  const signs = (sign: Line["sign"]) => script.filter((line) => line.sign === sign).length;
  return { lines, added: signs("+"), removed: signs("-") };
}

function count(hunk: readonly Line[], sign: "-" | "+"): number {
  return hunk.filter((line) => line.sign === sign || line.sign === " ").length;
}

/** The shortest way from one list of lines to the other: E. W. Myers, An O(ND) Difference Algorithm (1986). */
function editScript(from: readonly string[], to: readonly string[]): readonly Line[] {
  const history: Map<number, number>[] = [];
  const furthest = new Map<number, number>([[1, 0]]);
  const at = (diagonal: number) => furthest.get(diagonal) ?? -1;
  for (let edits = 0; edits <= from.length + to.length; edits += 1) {
    history.push(new Map(furthest));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const down = diagonal === -edits || (diagonal !== edits && at(diagonal - 1) < at(diagonal + 1));
      let x = down ? at(diagonal + 1) : at(diagonal - 1) + 1;
      while (x < from.length && x - diagonal < to.length && from[x] === to[x - diagonal]) x += 1;
      furthest.set(diagonal, x);
      if (x >= from.length && x - diagonal >= to.length) return walkBack(history, from, to);
    }
  }
  return [];
}

function walkBack(
  history: readonly ReadonlyMap<number, number>[],
  from: readonly string[],
  to: readonly string[],
): readonly Line[] {
  const script: Line[] = [];
  let [x, y] = [from.length, to.length];
  for (let edits = history.length - 1; edits >= 0; edits -= 1) {
    const at = (diagonal: number) => history[edits]?.get(diagonal) ?? -1;
    const diagonal = x - y;
    const down = diagonal === -edits || (diagonal !== edits && at(diagonal - 1) < at(diagonal + 1));
    const startX = edits === 0 ? 0 : at(down ? diagonal + 1 : diagonal - 1);
    const startY = edits === 0 ? 0 : startX - (down ? diagonal + 1 : diagonal - 1);
    while (x > startX && y > startY && from[x - 1] === to[y - 1]) {
      x -= 1;
      y -= 1;
      script.push({ sign: " ", text: from[x] ?? "" });
    }
    if (edits === 0) break;
    script.push(down ? { sign: "+", text: to[startY] ?? "" } : { sign: "-", text: from[startX] ?? "" });
    [x, y] = [startX, startY];
  }
  return script.reverse();
}

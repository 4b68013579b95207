/** A part of a comment that may be shortened from its end, line by line. */
export interface Block {
  readonly open: readonly string[];
  readonly lines: readonly string[];
  readonly close: readonly string[];
  /** Blocks of a higher number are shortened first. */
  readonly rank: number;
  /** Said after the block when `count` of its lines are left out. */
  readonly leftOut: (count: number) => string;
}

/** A line that is longer says nothing more to a reader. */
const LINE = 1000;

/** The blocks in their order, within `limit` characters: each as long as fits after those of lower rank, then honest about the rest. */
export function fitBlocks(blocks: readonly Block[], limit: number): string {
  const texts = new Map<Block, string>();
  let left = limit;
  for (const block of blocks.toSorted((a, b) => a.rank - b.rank)) {
    const text = fitBlock(block, left);
    texts.set(block, text);
    left -= text.length;
  }
  return blocks.map((block) => texts.get(block) ?? "").join("");
}

function fitBlock({ open, lines, close, leftOut }: Block, limit: number): string {
  const clipped = lines.map((line) => (line.length > LINE ? `${line.slice(0, LINE)}…` : line));
  const whole = joined([...open, ...clipped, ...close]);
  if (whole.length <= limit) return whole;
  const frame = joined([...open, ...close, "", leftOut(lines.length)]).length;
  let [kept, size] = [0, frame];
  while (kept < clipped.length && size + (clipped[kept] ?? "").length + 1 <= limit) {
    size += (clipped[kept] ?? "").length + 1;
    kept += 1;
  }
  const note = joined(["", leftOut(lines.length - kept)]);
  if (kept > 0) return joined([...open, ...clipped.slice(0, kept), ...close]) + note;
  return note.length <= limit ? note : "";
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

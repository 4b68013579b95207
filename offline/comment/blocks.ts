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
  const byRank = blocks.toSorted((a, b) => a.rank - b.rank);
  // Room is reserved to say of every block that it was left out.
  let reserved = byRank.reduce((sum, block) => sum + noteOf(block, block.lines.length).length, 0);
  let left = limit;
  for (const block of byRank) {
    reserved -= noteOf(block, block.lines.length).length;
    const text = fitBlock(block, left - reserved);
    texts.set(block, text);
    left -= text.length;
  }
  return blocks.map((block) => texts.get(block) ?? "").join("");
}

function noteOf({ leftOut }: Block, count: number): string {
  return joined(["", leftOut(count)]);
}

function fitBlock(block: Block, limit: number): string {
  const { open, lines, close } = block;
  const clipped = lines.map((line) => (line.length > LINE ? `${line.slice(0, LINE)}…` : line));
  const whole = joined([...open, ...clipped, ...close]);
  if (whole.length <= limit) return whole;
  const frame = joined([...open, ...close]).length + noteOf(block, lines.length).length;
  let [kept, size] = [0, frame];
  while (kept < clipped.length && size + (clipped[kept] ?? "").length + 1 <= limit) {
    size += (clipped[kept] ?? "").length + 1;
    kept += 1;
  }
  const note = noteOf(block, lines.length - kept);
  return kept > 0 ? joined([...open, ...clipped.slice(0, kept), ...close]) + note : note;
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

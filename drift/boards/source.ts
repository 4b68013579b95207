/** A call in the source of a board, with where its parts stand. */
export interface Call {
  readonly name: string;
  readonly start: number;
  /** Behind its closing bracket. */
  readonly end: number;
  readonly args: readonly Span[];
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A part of a text that becomes another. */
export interface Replacement extends Span {
  readonly text: string;
}

/** The calls of a source whose first argument is this text, written as a literal. */
export function callsOn(source: string, first: string): readonly Call[] {
  const literal = JSON.stringify(first).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return [...source.matchAll(new RegExp(`\\b(\\w+)\\(\\s*(?=${literal}\\s*,)`, "g"))].flatMap((match) => {
    const [text, name = ""] = match;
    const args = argumentsFrom(source, match.index + text.length);
    return args === undefined ? [] : [{ name, start: match.index, ...args }];
  });
}

/** The text with its replacements made. */
export function replaced(source: string, replacements: readonly Replacement[]): string {
  return [...replacements]
    .sort((a, b) => b.start - a.start)
    .reduce((text, { start, end, text: now }) => text.slice(0, start) + now + text.slice(end), source);
}

/** Line of a place, counted from 1. */
export const lineAt = (source: string, at: number): number => source.slice(0, at).split("\n").length;

/** Arguments from behind an opening bracket; undefined where it is not closed. */
function argumentsFrom(source: string, from: number): Pick<Call, "end" | "args"> | undefined {
  const args: Span[] = [];
  let depth = 0;
  let start = from;
  const close = (at: number) => {
    const text = source.slice(start, at);
    const lead = text.length - text.trimStart().length;
    if (text.trim() !== "") args.push({ start: start + lead, end: start + text.trimEnd().length });
    start = at + 1;
  };
  for (let at = from; at < source.length; at++) {
    const character = source[at] ?? "";
    if (`"'\``.includes(character)) at = behindText(source, at);
    else if ("([{".includes(character)) depth += 1;
    else if (character === ")" && depth === 0) {
      close(at);
      return { end: at + 1, args };
    } else if (")]}".includes(character)) depth -= 1;
    else if (character === "," && depth === 0) close(at);
  }
  return undefined;
}

/** Where a text in quotes ends. */
function behindText(source: string, from: number): number {
  const quote = source[from];
  let at = from + 1;
  while (at < source.length && source[at] !== quote) at += source[at] === "\\" ? 2 : 1;
  return at;
}

/** Alloy's syntax, as `alloy fmt` writes it. Pure. */

/** An expression, written as it stands: a reference to another component, a call. */
export interface Expression {
  readonly expression: string;
}

export type Value = string | number | boolean | Expression | readonly Value[] | ReadonlyMap<string, Value>;

export interface Attribute {
  readonly name: string;
  readonly value: Value;
}

export interface Block {
  /** `otelcol.receiver.otlp`, or of a part inside: `http`. */
  readonly block: string;
  readonly label?: string;
  readonly body: Body;
  /** One sentence for the reader of the file. */
  readonly why?: string;
}

/** Attributes first, then blocks, so that a block never divides what is aligned. */
export interface Body {
  readonly attributes: readonly Attribute[];
  readonly blocks: readonly Block[];
}

export const expression = (text: string): Expression => ({ expression: text });

/** A file of components, in this order. */
export function printAlloy(blocks: readonly Block[], comment: string): string {
  return `// ${comment}\n\n${blocks.map((block) => `${printBlock(block, "")}\n`).join("\n")}`;
}

function printBlock({ block, label, body, why }: Block, indent: string): string {
  const name = label === undefined ? block : `${block} ${printString(label)}`;
  const comment = why === undefined ? "" : `${indent}// ${why}\n`;
  if (body.attributes.length + body.blocks.length === 0) return `${comment}${indent}${name} { }`;
  const inner = `${indent}\t`;
  const parts = [
    ...(body.attributes.length > 0 ? [printAttributes(body.attributes, inner)] : []),
    ...body.blocks.map((each) => printBlock(each, inner)),
  ];
  return `${comment}${indent}${name} {\n${parts.join("\n\n")}\n${indent}}`;
}

/** Neighbours are aligned; a value of several lines ends what is aligned with it. */
function printAttributes(attributes: readonly Attribute[], indent: string): string {
  const printed = attributes.map(({ name, value }) => ({ name, text: printValue(value, indent) }));
  const widths = alignedWidths(printed.map(({ name, text }) => ({ name, ends: text.includes("\n") })));
  return printed.map(({ name, text }, i) => `${indent}${name.padEnd(widths[i] ?? 0)} = ${text}`).join("\n");
}

/** For each line the width of the names in its group. */
function alignedWidths(lines: readonly { readonly name: string; readonly ends: boolean }[]): readonly number[] {
  const groups: string[][] = [[]];
  for (const { name, ends } of lines) {
    groups.at(-1)?.push(name);
    if (ends) groups.push([]);
  }
  return groups.flatMap((names) => names.map(() => Math.max(...names.map(({ length }) => length))));
}

function printValue(value: Value, indent: string): string {
  if (typeof value === "string") return printString(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (isList(value)) return printList(value, indent);
  if (value instanceof Map) return printObject(value, indent);
  return (value as Expression).expression;
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

const LONGEST_LINE = 100;

function printList(values: readonly Value[], indent: string): string {
  const inner = `${indent}\t`;
  const items = values.map((value) => printValue(value, inner));
  const line = `[${items.join(", ")}]`;
  if (line.length <= LONGEST_LINE && !line.includes("\n")) return line;
  return `[\n${items.map((item) => `${inner}${item},\n`).join("")}${indent}]`;
}

function printObject(entries: ReadonlyMap<string, Value>, indent: string): string {
  if (entries.size === 0) return "{}";
  const inner = `${indent}\t`;
  const names = [...entries.keys()].map((name) => printString(name));
  const width = Math.max(...names.map(({ length }) => length));
  const lines = [...entries.values()].map((value, i) => `${names[i]?.padEnd(width)} = ${printValue(value, inner)}`);
  return `{\n${lines.map((line) => `${inner}${line},\n`).join("")}${indent}}`;
}

/** Between backticks nothing is escaped, so a pattern reads as it is. A `$` means nothing anywhere. */
function printString(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a raw string cannot hold, or a reader cannot see
  if (/["\\]/.test(text) && !/[`\u0000-\u001f\u007f]/.test(text)) return `\`${text}\``;
  return `"${[...text].map(escaped).join("")}"`;
}

function escaped(character: string): string {
  if (character === '"' || character === "\\") return `\\${character}`;
  const code = character.codePointAt(0) ?? 0;
  return code < 0x20 || code === 0x7f ? `\\u${code.toString(16).padStart(4, "0")}` : character;
}

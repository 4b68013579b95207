/**
 * What would go wrong with this value as the content of a secret file. The collector takes the file as it is, final newline
 * included, and expands `$` in it once more. Empty when nothing would. The value itself is never repeated.
 */
export function secretValueProblems(value: string): readonly string[] {
  const problems: string[] = [];
  if (value === "") problems.push("is empty");
  if (/[\r\n]/.test(value))
    problems.push("holds a newline, which breaks the header it is sent in: write it without one");
  else if (value !== value.trim()) problems.push("begins or ends with white space: remove it");
  if (value.includes("$")) problems.push('holds a "$", which the collector expands: write "$$" for it in the file');
  if ([...value].some(isControl)) problems.push("holds control characters, which no header can carry");
  if ([...value].some((c) => (c.codePointAt(0) ?? 0) > 0xff)) problems.push("holds characters no header can carry");
  return problems;
}

/** A secret's content as the collector's file must hold it: no final newline, every `$` doubled. */
export function secretFileContent(value: string): string {
  return value.replace(/[\r\n]+$/, "").replaceAll("$", "$$$$");
}

function isControl(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return (code < 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) || code === 0x7f;
}

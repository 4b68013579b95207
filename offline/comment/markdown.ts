/** A foreign text as plain Markdown: nothing in it formats, links, mentions, or ends a table's cell. */
export function plain(text: string): string {
  return html(text).replace(/[\\`*_[\]|~#]/g, "\\$&");
}

/** A text inside an HTML element, where Markdown does not format. */
export function html(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/@(?=\w)/g, "@\u200B");
}

/** A text as code, in a table or outside. */
export function code(text: string): string {
  const line = text.replace(/\s+/g, " ").replaceAll("|", "\\|");
  const fence = "`".repeat(longestRun(line) + 1);
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** The first and the last line of a code block that may hold these lines. */
export function fences(lines: readonly string[], language: string): readonly [open: string, close: string] {
  const fence = "`".repeat(Math.max(3, longestRun(lines.join("\n")) + 1));
  return [`${fence}${language}`, fence];
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

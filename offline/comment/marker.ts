const PREFIX = "<!-- game-scheduler-otel ";

/** First line of a comment: by it the same comment is found and edited. `of` says which: `preview dev`. */
export function marker(of: string): string {
  if (!/^[A-Za-z0-9._ -]+$/.test(of) || of.includes("--")) {
    throw new Error(`"${of}" cannot mark a comment: use letters, digits, dots, dashes and spaces.`);
  }
  return `${PREFIX}${of} -->`;
}

/** The marker a comment begins with; undefined: it is none of ours. */
export function markerOf(body: string): string | undefined {
  const [line = ""] = body.split("\n", 1);
  return /^<!-- game-scheduler-otel [A-Za-z0-9._ -]+ -->\r?$/.test(line) ? line.trimEnd() : undefined;
}

/**
 * The part of a diagnostic a person can act on: what happened, and the line of ours where it did, without the stack.
 * A `pulumi.RunError` is already one sentence and stays as it is.
 */
export function sentenceOf(message: string): string {
  const plain = message.trim();
  const lines = plain.split("\n");
  const isTrace = (line: string) => /^\s+at /.test(line);
  if (!lines.some(isTrace)) return plain;
  const said = lines
    .slice(0, lines.findIndex(isTrace))
    .filter((line) => !line.startsWith("Running program"))
    .map((line) => line.replace(/^<ref \*\d+> /, "").trim())
    .filter((line) => line !== "" && line !== "^" && !line.startsWith("throw "));
  const own = lines.filter(isTrace).find((line) => !/node_modules|node:|@pulumi/.test(line));
  const place =
    own === undefined
      ? ""
      : ` (${own
          .trim()
          .replace(/^at (.*\()?(file:\/\/)?/, "")
          .replace(/\)$/, "")})`;
  return `${said.join(" ")}${place}`;
}

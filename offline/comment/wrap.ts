/**
 * `node offline/comment/wrap.ts "pulumi preview prod" "Pulumi preview of prod" < output > comment.md`: what a command printed, as the body
 * of a comment with a marker of its own. Needs no packages.
 */
import { text } from "node:stream/consumers";
import { stripVTControlCharacters } from "node:util";
import { runCommand } from "../../cli/command.ts";
import { fences, plain } from "./markdown.ts";
import { marker } from "./marker.ts";

/** GitHub's limit, less the text around it and what `post.ts` adds. */
const LONGEST = 60_000;

/** The end of the text is kept: a command sums up there. */
export function wrap(of: string, title: string, output: string): string {
  const clean = stripVTControlCharacters(output).trimEnd();
  const lines = clean.slice(-LONGEST).split("\n");
  const cut = clean.length > LONGEST;
  const shown = cut ? lines.slice(1) : lines;
  const [open, close] = fences(shown, "text");
  return [
    marker(of),
    `### ${plain(title)}`,
    "",
    ...(cut
      ? [`_The first ${clean.split("\n").length - shown.length} lines are left out: a comment has its limit._`, ""]
      : []),
    open,
    ...shown,
    close,
    "",
  ].join("\n");
}

if (import.meta.main) {
  const help = "node offline/comment/wrap.ts MARKER TITLE < text";
  await runCommand({ name: "wrap", help }, async ([of, title]) => {
    if (of === undefined || title === undefined) throw new Error(`Usage: ${help}`);
    process.stdout.write(wrap(of, title, await text(process.stdin)));
    return 0;
  });
}

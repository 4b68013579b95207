/**
 * `node offline/comment/drift.ts STACK [FILE]`: keeps one open issue for a stack that is not as its code says. FILE holds what the
 * `npm run drift -- --markdown` printed; without it the stack is as it should be, and its issue is closed. Needs no packages.
 */
import { readFileSync } from "node:fs";
import { runCommand } from "../../cli/command.ts";
import { gitHub } from "./forge/github.ts";
import { keepIssue } from "./forge/github-issue.ts";
import { plain } from "./markdown.ts";
import { marker } from "./marker.ts";

/** Opens, edits or closes the issue and gives the exit code. @throws Error, one sentence */
export async function reportDrift(
  stack: string,
  report: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  say: (line: string) => void,
): Promise<number> {
  const of = `drift ${stack}`;
  const title = `Stack ${stack} is not as it was deployed, or could not be asked`;
  const outcome = await keepIssue(gitHub(env), marker(of), title, report && body(of, title, report));
  say(`${outcome}: issue about drift of ${stack}`);
  return 0;
}

/** The report is Markdown already, within an issue's limit. */
const body = (of: string, title: string, report: string): string =>
  [marker(of), `### ${plain(title)}`, "", report.trimEnd(), ""].join("\n");

if (import.meta.main) {
  const help = "node offline/comment/drift.ts STACK [FILE]";
  await runCommand({ name: "drift", help }, async ([stack, file]) => {
    if (stack === undefined) throw new Error(`Usage: ${help}`);
    return reportDrift(stack, file === undefined ? undefined : readFileSync(file, "utf8"), process.env, console.log);
  });
}

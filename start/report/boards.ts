import path from "node:path";
import { pathToFileURL } from "node:url";
import { localFolder, ROOT } from "../../cli/paths.ts";
import { lastLines, run } from "../../cli/process.ts";
import type { Progress } from "../../cli/progress.ts";

/**
 * Every board with what the local backend answers now, as one page; its address, or undefined when it could not be made.
 * A page that fails is no reason to fail the start: the proof is elsewhere.
 */
export async function boardsPage(stack: string, progress: Progress): Promise<string | undefined> {
  const page = path.join(localFolder(stack), "boards.html");
  const script = path.join(ROOT, "boards-page", "cli.ts");
  const made = await run(process.execPath, [script, "--stack", stack, "--out", page], { cwd: ROOT, timeoutMs: 60_000 });
  if (made.code === 0) return pathToFileURL(page).href;
  progress.note(`the boards' page could not be made: ${lastLines(made, 1)}`);
  return undefined;
}

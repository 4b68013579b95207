/**
 * `pulumi stack history --json | node offline/comment/deployed-commit.ts`: prints the commit a stack was deployed from, nothing where
 * nothing is deployed. The stack itself is asked, since approvals and pipelines can end in ways that say nothing of it. Needs no packages.
 */
import { text } from "node:stream/consumers";
import { runCommand } from "../../cli/command.ts";
import { record } from "./forge/api.ts";

/**
 * The commit of the last `up`; empty where there was none, or the stack was destroyed since.
 * @param history what `pulumi stack history --json` prints, newest first
 * @throws Error, one sentence, when the last `up` failed or does not say its commit: neither may be repeated unseen
 */
export function deployedCommit(history: unknown): string {
  const entries = Array.isArray(history) ? history.map(record) : [];
  const last = entries.find(({ kind }) => kind === "update" || kind === "destroy");
  if (last === undefined || last.kind === "destroy") return "";
  if (last.result !== "succeeded") {
    throw new Error("The stack's last update did not succeed: deploy again, then there is something to repeat.");
  }
  const commit = record(last.environment)["git.head"];
  if (typeof commit !== "string" || !/^[0-9a-f]{40,64}$/.test(commit)) {
    throw new Error("The stack's last update was made outside a git checkout: deploy it from a commit.");
  }
  return commit;
}

if (import.meta.main) {
  const help =
    "pulumi stack history --json | node offline/comment/deployed-commit.ts\nPrints the commit a stack was deployed from.";
  await runCommand({ name: "deployed-commit", help }, async () => {
    console.log(deployedCommit(JSON.parse(await text(process.stdin))));
    return 0;
  });
}

/** The program of a release, as Pulumi needs it to return to that release: the checkout as it was. */
import { existsSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { Failure } from "../cli/failure.ts";
import { localFolder, ROOT } from "../cli/paths.ts";
import { lastLines, type Outcome, run } from "../cli/process.ts";
import type { Progress } from "../cli/progress.ts";
import { LocalStack } from "../start/deploy/pulumi.ts";
import type { PulumiTool } from "../start/tools/pulumi.ts";
import type { Deployable } from "./store.ts";

const git = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> =>
  run("git", ["-C", ROOT, ...args], { timeoutMs: 120_000, env });

/** The commit of the checkout, `-dirty` where something is not committed; empty where git says none. */
export async function commitOfCheckout(): Promise<string> {
  const { code, stdout } = await git(["describe", "--always", "--dirty", "--abbrev=12", "--exclude", "*"]);
  return code === 0 ? stdout.trim() : "";
}

/**
 * The checkout as it is, as commit `refs/releases/<stack>/last`: what is not committed too, what git ignores not. Branch, index and files stay.
 * @throws Failure, one sentence, where this is no git checkout
 */
export async function keepProgram(stack: string): Promise<string> {
  const index = { GIT_INDEX_FILE: path.join(localFolder(stack, "release"), "index") };
  const who = { GIT_AUTHOR_NAME: "release", GIT_AUTHOR_EMAIL: "release@localhost" };
  const committer = { GIT_COMMITTER_NAME: "release", GIT_COMMITTER_EMAIL: "release@localhost" };
  const read = await git(["read-tree", "HEAD"], index);
  const added = read.code === 0 ? await git(["add", "--all"], index) : read;
  if (added.code !== 0) throw new Failure(NO_WAY_BACK);
  const tree = (await git(["write-tree"], index)).stdout.trim();
  const commit = await git(["commit-tree", tree, "-p", "HEAD", "-m", `release of ${stack}`], { ...who, ...committer });
  if (commit.code !== 0) throw new Failure(NO_WAY_BACK);
  const id = commit.stdout.trim();
  await git(["update-ref", `refs/releases/${stack}/last`, id]);
  return id;
}

const NO_WAY_BACK =
  "With Pulumi a release is taken back to an earlier state of this checkout, which must be one of git for that: clone the project, or use --deploy compose.";

/** The program of the last good release: git keeps what a name is for. */
export async function keepGoodProgram(stack: string, program: string): Promise<void> {
  await git(["update-ref", `refs/releases/${stack}/good`, program]);
}

/** `pulumi up` of that program with that configuration. @returns the outputs of the stack */
export async function backWithPulumi(
  stack: string,
  { program, config }: Extract<Deployable, { kind: "pulumi" }>,
  tool: PulumiTool,
  progress: Progress,
): Promise<Readonly<Record<string, unknown>>> {
  const folder = path.join(localFolder(stack, "release"), "program");
  await forget(folder);
  const added = await git(["worktree", "add", "--force", "--detach", folder, program]);
  if (added.code !== 0) throw new Failure(`The program of that release cannot be checked out: ${lastLines(added, 1)}.`);
  try {
    const packages = path.join(folder, "node_modules");
    if (!existsSync(packages)) symlinkSync(path.join(ROOT, "node_modules"), packages);
    const commit = await git(["rev-parse", `${program}^`]);
    return await new LocalStack(tool, stack, progress).upAgain(folder, config, commit.stdout.trim());
  } finally {
    await forget(folder);
  }
}

async function forget(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  await git(["worktree", "prune"]);
}

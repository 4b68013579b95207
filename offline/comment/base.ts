import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { providePackages } from "./packages.ts";

/** The project as it is at another commit, checked out beside this one. */
export interface BaseCheckout {
  /** Short hash. */
  readonly commit: string;
  readonly projectDir: string;
  /** Removes the checkout again. */
  readonly close: () => void;
}

/**
 * Checks out, in a temporary folder, where the branch that `ref` names and the one here part: what a pull request is compared with.
 * @throws Error, one sentence, when there is no such commit or its packages cannot be had
 */
export function openBase(projectDir: string, ref: string): BaseCheckout {
  const tip = git(projectDir, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`]);
  if (tip === undefined) throw new Error(`there is no such commit here. Fetch it: git fetch origin ${ref}`);
  // A shallow clone may not reach back to where they part; its tip is then what is meant.
  const commit = git(projectDir, ["merge-base", tip, "HEAD"]) ?? tip;
  const inside = git(projectDir, ["rev-parse", "--show-prefix"]) ?? "";
  const folder = mkdtempSync(join(tmpdir(), "preview-base-"));
  const checkout = join(folder, "checkout");
  const close = () => {
    git(projectDir, ["worktree", "remove", "--force", checkout]);
    rmSync(folder, { recursive: true, force: true });
    git(projectDir, ["worktree", "prune"]);
  };
  try {
    if (git(projectDir, ["worktree", "add", "--quiet", "--detach", checkout, commit]) === undefined) {
      throw new Error(`commit ${commit.slice(0, 7)} could not be checked out by "git worktree add".`);
    }
    const base = join(checkout, inside);
    providePackages(base, projectDir);
    return { commit: commit.slice(0, 7), projectDir: base, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** What git answers, or undefined when it fails. */
export function git(cwd: string, args: readonly string[]): string | undefined {
  // A hook of git's calls with variables that point at another repository.
  const foreign = /^GIT_(DIR|INDEX_FILE|WORK_TREE|PREFIX)$/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !foreign.test(key)));
  const { status, stdout } = spawnSync("git", [...args], { cwd, env, encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}

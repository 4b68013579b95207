import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { previewMarkdown } from "../../../preview/markdown.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const folder = mkdtempSync(join(tmpdir(), "comment-base-"));
const repository = join(folder, "repository");
const projectDir = join(repository, "inside", "project");
const out = join(folder, "out");
const CANARY = "canary-77aa-token";

function git(...args: readonly string[]): string {
  const identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
  const { status, stdout, stderr } = spawnSync("git", [...identity, ...args], { cwd: projectDir, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

function stackFile(stack: string, lines: readonly string[]): void {
  writeFileSync(
    join(projectDir, `Pulumi.${stack}.yaml`),
    ["config:", ...lines.map((line) => `  ${line}`), ""].join("\n"),
  );
}

const given = { stack: "dev", dummySecrets: true, projectDir };
const token = { path: "token", value: CANARY, secret: true };

async function comments(base: string): Promise<Readonly<Record<string, string>>> {
  rmSync(out, { recursive: true, force: true });
  const code = await previewMarkdown({ ...given, set: [token], base, out });
  const files = readdirSync(out).map((file) => [file, readFileSync(join(out, file), "utf8")] as const);
  return { code: String(code), ...Object.fromEntries(files) };
}

/** A repository whose project lies in a folder of it, and whose first commit is the base. */
beforeAll(() => {
  cpSync(join(root, "test/support/fixtures/program"), projectDir, { recursive: true });
  writeFileSync(join(projectDir, "package-lock.json"), "not what npm reads");
  writeFileSync(join(projectDir, ".gitignore"), "node_modules\n");
  symlinkSync(join(root, "node_modules"), join(projectDir, "node_modules"), "dir");
  spawnSync("git", ["init", "-q", "-b", "main", repository]);
  stackFile("dev", ["fixture:mode: good", "fixture:image: fixture/app:1"]);
  git("add", ".");
  git("commit", "-qm", "base");
  git("checkout", "-qb", "change");
  stackFile("dev", ["fixture:mode: good", "fixture:image: fixture/app:2"]);
  stackFile("new", ["fixture:mode: good", "fixture:image: fixture/app:1"]);
  git("add", ".");
  git("commit", "-qm", "change");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("npm run preview -- --base", () => {
  test("writes a comment for every stack, compared with what the base's own checkout registers", async () => {
    const { code, "dev.md": dev = "", "new.md": fresh = "" } = await comments("main");
    expect(code).toBe("0");
    expect(dev).toContain("### Preview of `dev`: 2 to replace\n");
    expect(dev).toContain("`name` `fixture/app:1` → `fixture/app:2`");
    expect(dev).toContain(`Compared with \`main\` (${git("rev-parse", "main").slice(0, 7)}).`);
    expect(fresh).toContain("Not compared with `main`: this stack is new.");
    expect(dev + fresh).not.toContain(CANARY);
  });

  test("leaves nothing behind: no worktree, and the packages it linked", async () => {
    await comments("main");
    expect(git("worktree", "list").split("\n")).toHaveLength(1);
    expect(git("status", "--short")).toBe("");
    expect(existsSync(join(root, "node_modules", "@pulumi", "pulumi", "package.json"))).toBe(true);
  });

  test("says of a branch that is not here how to get it", async () => {
    const { code, "dev.md": dev = "" } = await comments("elsewhere");
    expect(code).toBe("0");
    expect(dev).toMatch(
      /^Not compared with `elsewhere`: there is no such commit here\. Fetch it: git fetch origin elsewhere\. \d+ resources? in /m,
    );
  });

  test("says when the base's packages cannot be had, and shows this side", async () => {
    writeFileSync(join(projectDir, "package-lock.json"), "{}");
    const { "dev.md": dev = "" } = await comments("main");
    writeFileSync(join(projectDir, "package-lock.json"), "not what npm reads");
    expect(dev).toContain(
      'Not compared with `main`: its packages, which differ from those here, could not be installed by "npm ci"',
    );
    expect(dev).toContain("docker:Container app-0");
    expect(git("worktree", "list").split("\n")).toHaveLength(1);
  });

  test("an error on this side is in its comment and the exit code", async () => {
    stackFile("dev", ["fixture:mode: run-error", "fixture:image: fixture/app:2"]);
    const { code, "dev.md": dev = "" } = await comments("main");
    stackFile("dev", ["fixture:mode: good", "fixture:image: fixture/app:2"]);
    expect(code).toBe("1");
    expect(dev).toContain("### Preview of `dev`: 1 error\n");
  });
});

import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { keepProgram } from "../../../guard/program.ts";

const git = (...args: readonly string[]): string =>
  execFileSync("git", args, { cwd: new URL("../../..", import.meta.url).pathname, encoding: "utf8" }).trim();
const isCheckout = ((): boolean => {
  try {
    return git("rev-parse", "HEAD") !== "";
  } catch {
    return false;
  }
})();

describe.skipIf(!isCheckout)("the program of a release", () => {
  test("is kept as a commit on top of what is checked out, which itself stays as it is", async () => {
    const before = [git("rev-parse", "HEAD"), git("status", "--porcelain")];
    const program = await keepProgram("unit-test");
    try {
      expect([git("rev-parse", "HEAD"), git("status", "--porcelain")]).toEqual(before);
      expect(git("rev-parse", `${program}^`)).toBe(before[0]);
      expect(git("rev-parse", "refs/releases/unit-test/last")).toBe(program);
      expect(git("ls-tree", "--name-only", program).split("\n")).toContain("index.ts");
      expect(git("ls-tree", "--name-only", program).split("\n")).not.toContain(".local");
    } finally {
      git("update-ref", "-d", "refs/releases/unit-test/last");
    }
  });
});

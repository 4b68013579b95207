import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ALLOY } from "../../pipeline/alloy.ts";

const folder = join(import.meta.dirname, "../alloy");

const run = (command: string, args: readonly string[], cwd: string = folder) =>
  spawnSync(command, args, { cwd, encoding: "utf8", env: { ...process.env, GOWORK: "off", GOFLAGS: "-mod=readonly" } });

/** Whether files can be judged here: Go is on PATH, and has or can get the module that reads them. */
export const canCheck = (): boolean => run("go", ["mod", "download"]).status === 0;

/** Whether a real Alloy is on PATH. */
export const hasAlloy = (): boolean => run("alloy", ["--version"]).status === 0;

/** What is wrong with files, by Alloy's own syntax package and the names that its sources have; a line each, without the folder. */
export function alloyProblems(files: Readonly<Record<string, string>>): readonly string[] {
  return withFiles(files, (paths, at) => {
    const { status, stdout, stderr } = run("go", ["run", "./check", "table.json", ALLOY.stability, ...paths]);
    if (status !== 0 && stdout === "") throw new Error(stderr);
    return lines(stdout, at);
  });
}

/** The same by a real Alloy: how the file is formatted, and what it would not load. */
export function realAlloyProblems(files: Readonly<Record<string, string>>): readonly string[] {
  return withFiles(files, (paths, at) =>
    paths.flatMap((path) => {
      const formatted = run("alloy", ["fmt", "--test", path]);
      const validated = run("alloy", ["validate", `--stability.level=${ALLOY.stability}`, path]);
      const failed = [formatted, validated].filter(({ status }) => status !== 0);
      return failed.flatMap(({ stdout, stderr }) => lines(`${stdout}\n${stderr}`, at));
    }),
  );
}

const lines = (text: string, at: string): readonly string[] =>
  text
    .replaceAll(`${at}/`, "")
    .split("\n")
    .filter((line) => line !== "");

function withFiles<T>(files: Readonly<Record<string, string>>, judge: (paths: readonly string[], at: string) => T): T {
  const at = mkdtempSync(join(tmpdir(), "alloy-"));
  try {
    const paths = Object.entries(files).map(([name, content]) => {
      const path = join(at, `${name}.alloy`);
      writeFileSync(path, content);
      return path;
    });
    return judge(paths, at);
  } finally {
    rmSync(at, { recursive: true, force: true });
  }
}

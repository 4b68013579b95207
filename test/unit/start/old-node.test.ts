import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

/** What the machine's own Node reads before the project's Node exists: the command's first file and all that it imports. */
function readByOldNode(file = "start/bootstrap.mjs"): readonly string[] {
  const imported = [...read(file).matchAll(/from "\.\/([^"]+)"/g)].map(([, name = ""]) => `start/${name}`);
  return [file, ...imported.flatMap(readByOldNode)];
}

const FILES = readByOldNode();

/** Code without what is younger than the language of Node 14, or undefined where there is nothing of it. */
function younger(code: string): string | undefined {
  const as = (target: ts.ScriptTarget): string =>
    ts.transpileModule(code, { compilerOptions: { target, module: ts.ModuleKind.ESNext } }).outputText;
  const old = as(ts.ScriptTarget.ES2020);
  return old === as(ts.ScriptTarget.ESNext) ? undefined : old;
}

test.each(FILES)("Node 14 can read %s", (file) => {
  expect(younger(read(file))).toBeUndefined();
});

test("what Node 14 cannot read would be seen", () => {
  expect(FILES).toEqual(["start/bootstrap.mjs", "start/packages.mjs", "start/dependencies.mjs"]);
  expect(younger("a ??= 1;")).toContain("a ?? (a = 1);");
  expect(younger("class A { b = 1; }")).not.toBeUndefined();
});

/** Built-in functions that came after Node 14.14, with which these files would fail only where they call them. */
const LATER =
  /\b(structuredClone|fetch|Promise\.any|Object\.hasOwn|Object\.groupBy|AggregateError)\b|\.(at|replaceAll|findLast|toSorted|cause)\(|node:(test|timers\/promises|readline\/promises)/;

test.each(FILES)("%s calls nothing that Node 14 has not", (file) => {
  expect(LATER.exec(read(file))?.[0]).toBeUndefined();
});

/** What a first command in a fresh clone says on another Node, with another npm. */
function firstCommandOn(node: string, npm: string) {
  const root = mkdtempSync(join(tmpdir(), "old-node-"));
  try {
    writeFileSync(join(root, "package-lock.json"), JSON.stringify({ packages: {} }));
    writeFileSync(join(root, "npm"), `#!/bin/sh\n[ "$1" = ci ] && echo ran >&2 && exit 1; echo ${npm}\n`, {
      mode: 0o755,
    });
    const script = `Object.defineProperty(process, "versions", { value: { node: ${JSON.stringify(node)} } });
      const { ensurePackages } = await import(${JSON.stringify(join(ROOT, "start/packages.mjs"))});
      await ensurePackages(${JSON.stringify(root)}, "").catch((error) => console.error(error.message));`;
    const env = { ...process.env, PATH: `${root}:${process.env.PATH}` };
    return spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8", env }).stderr;
  } finally {
    rmSync(root, { recursive: true });
  }
}

test("README.md says which Node and npm the commands need, and they ask for no other", () => {
  const [, node = "", minor = "", npm = ""] =
    /Linux with Node (\d+)\.(\d+) or newer and npm (\d+) or newer/.exec(read("README.md")) ?? [];
  const refusal = `use Node ${node}.${minor} or newer`;
  expect(firstCommandOn(`${node}.${minor}.0`, `${npm}.0.0`)).toContain("\nran\n");
  expect(firstCommandOn(`${node}.${Number(minor) - 1}.1`, `${npm}.0.0`)).toContain(refusal);
  expect(firstCommandOn(`${Number(node) - 1}.${minor}.0`, `${npm}.0.0`)).toContain(refusal);
  expect(firstCommandOn(`${Number(node) + 1}.0.0`, `${npm}.0.0`)).toContain("\nran\n");
  expect(firstCommandOn(`${node}.${minor}.0`, `${Number(npm) - 1}.14.18`)).toContain(`use npm ${npm} or newer`);
});

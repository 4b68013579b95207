import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeFolder, requireWritable, writeNamed } from "../../../cli/named-file.ts";

const root = join(import.meta.dirname, "../../..");
/** A file system that has no folders to make: it says ENOENT, though the folder above is there. */
const NO_FOLDERS = "/proc/made-by-a-test";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "named-"));
  writeFileSync(join(folder, "file"), "before");
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a file is written where its folders are absent, and anew where it is there", () => {
  const file = join(folder, "a/b/file");
  writeNamed(file, "one");
  writeNamed(file, "two");
  expect(readFileSync(file, "utf8")).toBe("two");
});

test("asking whether a file can be written leaves its folder as it will be needed, and no file", () => {
  requireWritable(join(folder, "a/file"));
  requireWritable(join(folder, "file"));
  expect([readdirSync(join(folder, "a")), readFileSync(join(folder, "file"), "utf8")]).toEqual([[], "before"]);
});

test("what cannot be written is a sentence that names it", () => {
  const sentence = `${folder} cannot be written: it is a folder. Name a file in a folder of yours.`;
  expect(() => requireWritable(folder)).toThrow(sentence);
  expect(() => writeNamed(folder, "")).toThrow(/cannot be written: EISDIR.*\. Name a file in a folder of yours\.$/);
  for (const inFile of [join(folder, "file/in"), join(folder, "file")])
    expect(() => makeFolder(inFile)).toThrow(/^The folder .*\/file(\/in)? cannot be made: .* Name .+\.$/);
});

describe.runIf(existsSync("/proc/self"))("a file system without folders to make", () => {
  const made = (args: readonly string[]) =>
    // killed where it goes on for ever
    spawnSync(process.execPath, args, { cwd: root, encoding: "utf8", timeout: 60_000, killSignal: "SIGKILL" });

  test.each([NO_FOLDERS, `${NO_FOLDERS}/a/b`])("refuses %s in one sentence", (path) => {
    const script = `(await import("${root}/cli/named-file.ts")).makeFolder("${path}")`;
    expect(made(["--input-type=module", "--eval", script]).stderr).toContain(
      `The folder ${path} cannot be made: ENOENT: no such file or directory, mkdir '${NO_FOLDERS}'. Name one below a folder of yours.`,
    );
  });

  const commands: readonly (readonly [file: string, argv: readonly string[], code: number])[] = [
    ["preview/cli.ts", ["--dummy-secrets", "--base", "HEAD", "--out", NO_FOLDERS], 1],
    ["preview/compose.ts", ["--dummy-secrets", "--out", `${NO_FOLDERS}/file`], 1],
    ["difference/cli.ts", ["--record", `${NO_FOLDERS}/file`], 2],
    ["difference/cli.ts", ["no-file", "no-file", "--markdown", `${NO_FOLDERS}/file`], 2],
    [
      "boards-page/cli.ts",
      [
        "--out",
        `${NO_FOLDERS}/file`,
        ...["prometheus", "loki", "tempo"].map((store) => `--${store}=http://127.0.0.1:9`),
      ],
      2,
    ],
  ];

  test.each(commands)("%s %j says it before any work", (file, argv, code) => {
    const { status, stdout, stderr } = made([file, ...argv]);
    expect({ status, stdout, stderr }).toEqual({
      status: code,
      stdout: "",
      stderr: `The folder ${NO_FOLDERS} cannot be made: ENOENT: no such file or directory, mkdir '${NO_FOLDERS}'. Name one below a folder of yours.\n`,
    });
  });
});

/** Folders of the checkout, of its own temporary folders, and of the user's home. */
const OWN_FOLDERS = [
  "cli/paths.ts",
  "cli/ssh-connection.ts",
  "images/steps/workshop.ts",
  "offline/compose/private-files.ts",
  "start/deploy/pulumi.ts",
  "start/packages.mjs",
  "start/tools/compose-package.ts",
];

test("no command makes a folder of a typed name by Node's recursive way", () => {
  const found = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.m?[jt]s$/.test(file) && !/(^|\/)node_modules\/|^(\.|test\/)/.test(file))
    .filter((file) => /mkdir(Sync)?\(.*recursive: true/.test(readFileSync(join(root, file), "utf8")));
  expect(found.sort()).toEqual(OWN_FOLDERS);
});

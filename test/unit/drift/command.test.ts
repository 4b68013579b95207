import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, describe, expect, test } from "vitest";
import { recorded } from "../../../offline/recorded.ts";

const root = join(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "drift-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function drift(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["drift/cli.ts", ...args], {
    cwd: root,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("npm run drift never takes for well what it was not told", () => {
  const WANTED = "Expected: what pulumi refresh --preview-only --json prints.\n";

  test.each([
    ["{}", `This JSON is no answer of Pulumi's: it says of nothing how it is. ${WANTED}`],
    ["[]", `This JSON is no answer of Pulumi's: it says of nothing how it is. ${WANTED}`],
    ["null", `This JSON is no answer of Pulumi's: it says of nothing how it is. ${WANTED}`],
    ['{"resources":[]}', `This JSON is no answer of Pulumi's: it says of nothing how it is. ${WANTED}`],
    ["", `Pulumi printed no JSON. ${WANTED}`],
    ["error: no stack named 'prod'.\n", `Pulumi printed no JSON, but: error: no stack named 'prod'. ${WANTED}`],
    [Uint8Array.of(0xff, 0xfe, 0x00, 0x1b, 0x5b), `Pulumi printed no JSON. ${WANTED}`],
  ])("%j", (content, says) => {
    expect(drift("--from", file("from.json", content))).toEqual({ status: 2, stdout: "", stderr: says });
  });

  test.each(["--from", "--board"])("%s with a file that is not there: a sentence", (option) => {
    const missing = join(folder, "missing.json");
    const { status, stderr } = drift(option, missing);
    expect(status).toBe(2);
    expect(stderr).toBe(
      `${option}: ${missing} cannot be read (ENOENT: no such file or directory, open '${missing}'). Name a file that you can read.\n`,
    );
  });

  test("a stack that has nothing has not drifted", () => {
    const { status, stdout } = drift("--from", file("empty.json", '{"duration":1,"changeSummary":{}}'));
    expect([status, stdout]).toEqual([0, "Stack dev is as it was deployed.\n"]);
  });
});

test("what --board --json prints fits the schema of the command", async () => {
  const { registrations } = await recorded({ projectDir: root, stack: "dev" });
  const [, text = ""] =
    /"content":("\{\\"(?:[^"\\]|\\.)*\\"panels\\"(?:[^"\\]|\\.)*")/.exec(JSON.stringify(registrations)) ?? [];
  const board: { title: string; panels: { title: string; type: string }[] } = JSON.parse(JSON.parse(text));
  const panel = board.panels.find(({ type }) => type === "stat");
  if (panel) panel.title = "Called otherwise";
  const { status, stdout } = drift("--json", "--board", file("board.json", JSON.stringify(board)));
  const printed = JSON.parse(stdout);
  expect(status).toBe(1);
  expect(printed.edits).toEqual([expect.stringContaining("title is now")]);
  const validate = new Ajv2020().compile(JSON.parse(readFileSync(join(root, "schemas/drift.json"), "utf8")));
  expect([validate(printed), validate.errors]).toEqual([true, null]);
  expect(validate({ ...printed, edits: undefined })).toBe(false);
});

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../../cli/paths.ts";
import { run } from "../../../cli/process.ts";

const FIRST = "./start/stack-traces.mjs";

const pulumi = JSON.stringify(createRequire(import.meta.url).resolve("@pulumi/pulumi"));
const runner = `
  import { createRequire } from "node:module";
  createRequire(${pulumi})("source-map-support/register");
`;

const printed = async (script: string) =>
  run(process.execPath, [`--import=${FIRST}`, "--input-type=module", "-e", `${runner}${script}`], { cwd: ROOT });

test("a stack trace is as V8 writes it, although Pulumi's runner has source maps read for them", async () => {
  const { stdout, stderr } = await printed(`
    function thrown() { return new TypeError("any"); }
    console.log(thrown().stack);
  `);
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^TypeError: any\n {4}at thrown \(file:.+:\d+:\d+\)\n {4}at file:.+:\d+:\d+\n/);
});

test("none is written for a promise of Pulumi", async () => {
  const { stdout } = await printed(`
    function debuggablePromise() { return new Error().stack; }
    function other() { return new Error().stack; }
    console.log(JSON.stringify(debuggablePromise()), other().startsWith("Error\\n    at other"));
  `);
  expect(stdout).toBe('"" true\n');
});

test("who asks for the frames themselves gets them", async () => {
  const { stdout } = await printed(`
    Error.prepareStackTrace = (_, frames) => frames.length;
    console.log(new Error("any").stack > 0);
  `);
  expect(stdout).toBe("true\n");
});

test("it is loaded before Pulumi's runner, and by a run without the CLI before the program: what is made earlier costs more", () => {
  const file = (name: string) => readFileSync(path.join(ROOT, name), "utf8");
  expect(file("Pulumi.yaml")).toMatch(new RegExp(`nodeargs: .*--import=${FIRST}\n`));
  expect(file("index.ts").split("\n")[0]).toBe(`import "${FIRST}";`);
});

import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { ROOT } from "../../../cli/paths.ts";
import { run } from "../../../cli/process.ts";

const LAUNCHER = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run");

/** What a script says in a process that is started as Pulumi starts the program, with the launcher itself put off. */
async function asProgram(script: string): Promise<unknown> {
  const code = `
    import { createRequire } from "node:module";
    process.argv[1] = ${JSON.stringify(LAUNCHER)};
    const launcher = createRequire(process.argv[1]);
    const own = Error.prepareStackTrace;
    await import("./start/before-program.mjs");
    ${script}`;
  const { stdout, stderr } = await run(process.execPath, ["--no-warnings", "--input-type=module", "-e", code], {
    cwd: ROOT,
  });
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

const PUT_OFF = ["@npmcli/arborist", "typescript", "normalize-package-data", "@pulumi/pulumi/automation"];

test("the SDK is loaded without what this program does not use", async () => {
  const loaded = await asProgram(`
    const before = ${JSON.stringify(PUT_OFF)}.map((name) => launcher.resolve(name));
    launcher("@pulumi/pulumi");
    const real = (name) => launcher.cache[name]?.constructor.name === "Module";
    console.log(JSON.stringify(before.map(real)));`);
  expect(loaded).toEqual(PUT_OFF.map(() => false));
});

test("what is put off is there when a program asks for it", async () => {
  const asked = await asProgram(`
    const { automation, runtime } = launcher("@pulumi/pulumi");
    const text = await runtime.serializeFunction(() => 42);
    console.log(JSON.stringify([typeof automation.LocalWorkspace.create, typeof launcher("typescript").version, text.text.includes("42")]));`);
  expect(asked).toEqual(["function", "string", true]);
});

test("stack traces are V8's, and whole after a promise of the SDK's was made", async () => {
  const seen = await asProgram(`
    const pulumi = launcher("@pulumi/pulumi");
    launcher("source-map-support/register");
    const debuggable = launcher("@pulumi/pulumi/runtime/debuggable.js");
    const promise = debuggable.debuggablePromise(Promise.resolve(1), "any");
    const value = await promise;
    console.log(JSON.stringify([Error.prepareStackTrace === own, value, /\\n +at .+:\\d+:\\d+/.test(new Error("any").stack)]));`);
  expect(seen).toEqual([true, 1, true]);
});

test("a program started with the flags of this one's Node, another file than Pulumi's launcher, gets the SDK as it is", async () => {
  const code = `
    import { createRequire } from "node:module";
    process.argv[1] = "/anywhere/else.js";
    await import("./start/before-program.mjs");
    const sdk = createRequire(${JSON.stringify(LAUNCHER)});
    sdk("@pulumi/pulumi");
    console.log(sdk.cache[sdk.resolve("@pulumi/pulumi/automation")]?.constructor.name);`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", code], { cwd: ROOT });
  expect(stdout).toBe("Module\n");
});

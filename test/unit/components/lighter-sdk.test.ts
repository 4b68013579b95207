import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { ROOT } from "../../../cli/paths.ts";
import { run } from "../../../cli/process.ts";

const LAUNCHER = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run");

interface Process {
  /** Default: as the CLI does where nothing is traced. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the process runs, as it sees it. Default: Pulumi's launcher. */
  readonly program?: string;
}

/** What a script says in a process that is started as Pulumi starts the program, with the launcher itself put off. */
async function asProgram(script: string, { env = {}, program = LAUNCHER }: Process = {}): Promise<unknown> {
  const code = `
    import { createRequire } from "node:module";
    process.argv[1] = ${JSON.stringify(program)};
    const launcher = createRequire(${JSON.stringify(LAUNCHER)});
    // its parts ask for it, and it would begin
    launcher.cache[${JSON.stringify(LAUNCHER)}] = { exports: {}, loaded: true };
    const own = Error.prepareStackTrace;
    const real = (name) => launcher.cache[launcher.resolve(name)]?.constructor.name === "Module";
    await import("./start/before-program.mjs");
    ${script}`;
  const { stdout, stderr } = await run(process.execPath, ["--no-warnings", "--input-type=module", "-e", code], {
    cwd: ROOT,
    env,
  });
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

const PUT_OFF = [
  ...["@npmcli/arborist", "typescript", "normalize-package-data", "@pulumi/pulumi/automation"],
  ...["semver", "js-yaml", "ini", "@opentelemetry/api"],
];

test("the SDK is loaded without what this program does not use", async () => {
  const loaded = await asProgram(`
    launcher("@pulumi/pulumi");
    launcher("@pulumi/pulumi/cmd/run/run.js");
    console.log(JSON.stringify(${JSON.stringify(PUT_OFF)}.map(real)));`);
  expect(loaded).toEqual(PUT_OFF.map(() => false));
});

test("what is put off is there when a program asks for it", async () => {
  const asked = await asProgram(`
    const { automation, runtime } = launcher("@pulumi/pulumi");
    const text = await runtime.serializeFunction(() => 42);
    console.log(JSON.stringify([typeof automation.LocalWorkspace.create, typeof launcher("typescript").version, text.text.includes("42")]));`);
  expect(asked).toEqual(["function", "string", true]);
});

test("a function is turned into the same text as by the SDK as it is, though the debugger is asked late", async () => {
  const script = `
    const { runtime } = launcher("@pulumi/pulumi");
    const limit = 3;
    const named = { any: { deep: [limit] } };
    class Counted { constructor() { this.count = limit; } next() { return this.count + named.any.deep.length; } }
    const { text } = await runtime.serializeFunction(() => [new Counted().next(), named]);
    console.log(JSON.stringify(text));`;
  const asItIs = await asProgram(script, { program: "/anywhere/else.js" });
  expect(asItIs).toContain("this.count = limit");
  expect(await asProgram(script)).toBe(asItIs);
});

test.each([
  { what: "nothing", env: {}, loaded: false },
  { what: "a span of the CLI's", env: { TRACEPARENT: `00-${"1".repeat(32)}-${"2".repeat(16)}-01` }, loaded: true },
])("the SDK's own spans are there where the program is given $what: $loaded", async ({ env, loaded }) => {
  const seen = await asProgram(
    `
    launcher("@pulumi/pulumi");
    launcher("@pulumi/pulumi/cmd/run/run.js");
    const { grpcClientOptions } = launcher("@pulumi/pulumi/runtime/settings");
    console.log(JSON.stringify([real("@pulumi/pulumi/cmd/run/tracing"), real("@opentelemetry/api"), grpcClientOptions.interceptors !== undefined]));`,
    { env },
  );
  expect(seen).toEqual([loaded, loaded, loaded]);
});

test("what the SDK says of itself in one turn is one message; what is said of a resource, or louder, is its own", async () => {
  const said = await asProgram(`
    const log = launcher("@pulumi/pulumi/log");
    const said = [];
    launcher("@pulumi/pulumi/runtime/settings").getEngine = () => ({
      log: (request, answer) => { said.push(request.getMessage()); answer(); },
    });
    const all = [log.debug("a"), log.debug("b"), log.warn("c"), log.debug("d", undefined, 7)];
    await Promise.all(all);
    await log.debug("e");
    console.log(JSON.stringify(said));`);
  expect(said).toEqual(["c", "d", "a\nb", "e"]);
});

test("the client that asks the engine is loaded without Node's other client", async () => {
  const loaded = await asProgram(`
    await import("./components/docker/health.ts");
    console.log(JSON.stringify(process.moduleLoadList.filter((name) => name.includes("undici/undici"))));`);
  expect(loaded).toEqual([]);
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

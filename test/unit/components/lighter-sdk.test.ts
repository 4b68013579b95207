import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../../cli/paths.ts";
import { run } from "../../../cli/process.ts";

const FIRST = "./components/stack-traces.ts";

test("V8 writes the program's stack traces, although Pulumi's runner has had source maps read for them", async () => {
  const pulumi = JSON.stringify(createRequire(import.meta.url).resolve("@pulumi/pulumi"));
  const script = `
    import { createRequire } from "node:module";
    createRequire(${pulumi})("source-map-support/register");
    const before = typeof Error.prepareStackTrace;
    await import("${FIRST}");
    console.log(before, typeof Error.prepareStackTrace, /\\n +at .+:\\d+:\\d+/.test(new Error("any").stack));
  `;
  const { stdout, stderr } = await run(process.execPath, ["--input-type=module", "-e", script], { cwd: ROOT });
  expect([stdout, stderr]).toEqual(["function undefined true\n", ""]);
});

test("it is the first that the program imports: what is made before it costs more", () => {
  expect(readFileSync(path.join(ROOT, "index.ts"), "utf8").split("\n")[0]).toBe(`import "${FIRST}";`);
});

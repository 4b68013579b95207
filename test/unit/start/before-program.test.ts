import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const guard = "./start/before-program.mjs";

/** The guard in a process that says it is another Node. */
const under = (version: string) => {
  const pretend = `Object.defineProperty(process, "versions", { value: { node: ${JSON.stringify(version)} } });`;
  const run = spawnSync(process.execPath, ["--input-type=module", "-e", `${pretend} await import("${guard}");`], {
    encoding: "utf8",
  });
  return { code: run.status, stderr: run.stderr };
};

test.each(["18.20.1", "20.20.2", "22.17.0"])(
  "Node %s, which cannot read TypeScript, is refused in one sentence",
  (version) => {
    expect(under(version)).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        new RegExp(`^Node ${version} cannot run this program: use Node 22\\.18 or newer .+\\.\n$`),
      ),
    });
  },
);

test.each(["22.18.0", "24.0.0"])("Node %s runs the program", (version) => {
  expect(under(version)).toEqual({ code: 0, stderr: "" });
});

test("the real Pulumi CLI loads the guard before the program", () => {
  expect(readFileSync("Pulumi.yaml", "utf8")).toContain(`nodeargs: --import=${guard}`);
});

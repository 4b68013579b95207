import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readProject } from "../../../adopt/compose-project.ts";
import { withFiles } from "../../../adopt/written-files.ts";

const project = {
  name: "shop",
  services: {},
  secrets: { db: { environment: "DB_PASSWORD" }, unset: { environment: "NOWHERE" }, own: { file: "/srv/own" } },
  configs: { ini: { content: "a=1\n" }, empty: { content: "" } },
};

test("a secret from a variable and a config from the Compose file are files of the stack", () => {
  const { project: after, files } = withFiles(project, "/private", { DB_PASSWORD: "hunter22" });
  expect([...files]).toEqual([
    ["/private/secrets-db", "hunter22"],
    ["/private/configs-ini", "a=1\n"],
    ["/private/configs-empty", ""],
  ]);
  expect(after.secrets).toEqual({
    db: { environment: "DB_PASSWORD", file: "/private/secrets-db" },
    unset: { environment: "NOWHERE" },
    own: { file: "/srv/own" },
  });
  expect(after.configs?.ini).toEqual({ content: "a=1\n", file: "/private/configs-ini" });
});

/** A Docker Compose that answers like the real one: `$$` for a dollar, and an extension beside the services. */
function fakeCompose(script: string): readonly [string, string] {
  const folder = mkdtempSync(path.join(tmpdir(), "adopt-fake-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, "compose.mjs");
  writeFileSync(file, `import { readFileSync } from "node:fs";\nconst args = process.argv.slice(2);\n${script}`);
  return [process.execPath, file];
}

test("Docker Compose says what such a variable holds, from wherever it takes it", async () => {
  const compose = fakeCompose(`
    const files = args.flatMap((word, i) => (args[i - 1] === "-f" ? [word] : []));
    const extra = files.length > 1 ? JSON.parse(readFileSync(files[1], "utf8").replace("\${DB_PASSWORD-}", "p$$$$q").replace("\${NOWHERE-}", "")) : {};
    console.log(JSON.stringify({ ...${JSON.stringify(project)}, ...extra }));`);
  const read = await readProject(compose, ["compose.yaml"], { profiles: [] });
  expect(read.fileValues).toEqual({ DB_PASSWORD: "p$q", NOWHERE: "" });
  expect("x-adopt-values" in read.project).toBe(false);
});

test("what a service of another profile lacks refuses nothing, and is said", async () => {
  const compose = fakeCompose(`
    if (args.includes("*")) { console.error("env file debug.env not found"); process.exit(14); }
    console.log(JSON.stringify({ name: "shop", services: { web: { image: "a:1" } } }));`);
  const { project: read, inactive, warnings } = await readProject(compose, ["compose.yaml"], { profiles: [] });
  expect(Object.keys(read.services)).toEqual(["web"]);
  expect(inactive).toEqual({});
  expect(warnings).toEqual([expect.stringContaining("not active are not read, and not listed: compose.yaml:")]);
});

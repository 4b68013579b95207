import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { adopt } from "../../../adopt/adopt.ts";
import { type ReadProject, readProject } from "../../../adopt/compose-project.ts";
import { problemsOf, stackFile } from "../../../adopt/stack-file.ts";

/**
 * Projects in the shapes of public ones, as Docker Compose reads them (`.json`, recorded) and what becomes of them (`.stack.yaml`).
 * `COMPOSE=<path of docker-compose> UPDATE_GOLDEN=1 npx vitest run test/unit/adopt/projects.test.ts` records both anew.
 */
const folder = join(import.meta.dirname, "../../golden/adopt");
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".yaml") && !file.endsWith(".stack.yaml"))
  .map((file) => file.replace(".yaml", ""));

const { COMPOSE, UPDATE_GOLDEN } = process.env;

async function recorded(name: string): Promise<ReadProject> {
  const file = join(folder, `${name}.json`);
  if (COMPOSE !== undefined && UPDATE_GOLDEN === "1") {
    const read = await readProject([COMPOSE], [join(folder, `${name}.yaml`)], { profiles: [], projectName: name });
    writeFileSync(file, `${JSON.stringify(read, undefined, 2).replaceAll(folder, "/project")}\n`);
  }
  return JSON.parse(readFileSync(file, "utf8"));
}

test("there are eight of them", () => {
  expect(names.length).toBeGreaterThanOrEqual(8);
});

describe("a project becomes", () => {
  test.each(names)("%s", async (name) => {
    const adopted = adopt({
      ...(await recorded(name)),
      stack: name,
      machine: undefined,
      commands: { compose: "docker compose", adopt: "npm run adopt" },
      buildContexts: new Map(),
      readFile: () => undefined,
    });
    const text = stackFile([`${name}.yaml`], adopted);
    const file = join(folder, `${name}.stack.yaml`);
    if (UPDATE_GOLDEN === "1") writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, "utf8"));
    // images that are to be built or pulled first are named in a sentence of their own
    expect(problemsOf(name, adopted).filter((line) => !/\.image: /.test(line))).toEqual([]);
    for (const [path, secret] of Object.entries(adopted.secrets))
      if (secret.length > 8) expect([path, text.includes(secret)]).toEqual([path, false]);
  });
});

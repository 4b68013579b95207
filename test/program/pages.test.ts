/** What pages tell people to type or to write, run through the whole program as it stands there. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parse } from "yaml";
import type { PropertyValue } from "../../offline/properties.ts";
import { program } from "../support/engine.ts";

const root = join(import.meta.dirname, "../..");
const page = (name: string): string => readFileSync(join(root, "docs", name), "utf8");
const blocks = (text: string, language: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, block = ""]) => block);

const PREFIX = "game-scheduler-otel:";
const settings = (yaml: string): Record<string, PropertyValue> => {
  const { config } = parse(yaml) as { config: Record<string, PropertyValue> };
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.slice(PREFIX.length), value]));
};

/** Inside the project, since a pack is named by a path in it, and in none of its folders. */
const FOLDER = join(".local", "test", "pages");
afterAll(() => rmSync(join(root, FOLDER), { recursive: true, force: true }));

test("the stack that docs/your-services.md builds up is accepted, and with it the content pack that docs/dashboards.md shows", async () => {
  const [file = "", more = ""] = blocks(page("your-services.md"), "yaml");
  const [pack = ""] = blocks(page("dashboards.md"), "ts");
  mkdirSync(join(root, FOLDER), { recursive: true });
  writeFileSync(join(root, FOLDER, "orders.ts"), pack.replace("../dashboards/", "../../../dashboards/"));
  const typed = settings(`${file}${more}`);
  expect(typed.content).toEqual(["example-other/content.ts"]);

  // the stack's file has to exist, and what it sets besides is set back to its default
  const defaults = { backend: "jaeger", postgres: { managed: true, memory: 256 } };
  const content = ["example-other/content.ts", join(FOLDER, "orders.ts")];
  const run = await program({ stack: "other", config: { ...defaults, ...typed, content } });
  expect(run.errors).toEqual([]);
  expect(run.outputs).toMatchObject({
    environment: "mine",
    published: { gateway: "http://127.0.0.1:7700" },
    services: [{ name: "gateway" }, { name: "web" }, { name: "worker" }],
  });
  const shown = JSON.stringify(run.registrations);
  expect(["Are orders packed in time?", "Orders wait too long"].filter((text) => !shown.includes(text))).toEqual([]);
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../../cli/failure.ts";
import { ROOT } from "../../cli/paths.ts";
import { isList, isMap } from "../../offline/properties.ts";
import { recorded } from "../../offline/recorded.ts";
import { unwrap } from "../../offline/secrets.ts";
import { loadStackConfig } from "../../offline/stack-config.ts";
import { contentOfStackFile } from "../../offline/stack-content.ts";
import type { Model } from "./model.ts";

const FOLDERS = ["dashboards/boards", "dashboards/signals"];

/** What the boards of a stack are made from, content packs included. */
export async function loadModel(stack: string): Promise<Model> {
  const { config, project } = loadStackConfig({ projectDir: ROOT, stack });
  const packs: readonly string[] = JSON.parse(config[`${project}:content`] ?? "[]");
  const own = FOLDERS.flatMap((folder) => readdirSync(join(ROOT, folder)).map((file) => `${folder}/${file}`));
  const files = [...own, ...packs].filter((file) => file.endsWith(".ts"));
  const sources = Object.fromEntries(files.map((file) => [file, readFileSync(join(ROOT, file), "utf8")]));
  return { content: await contentOfStackFile(stack), sources };
}

/**
 * The dashboard that the program of today renders for an exported one: the same uid, else the same title.
 * @throws Failure naming those that there are
 */
export async function renderedBoard(
  stack: string,
  exported: { readonly uid: string; readonly title: string },
): Promise<string> {
  const { registrations } = await recorded({ projectDir: ROOT, stack });
  const texts = registrations.flatMap(({ inputs }) => {
    const { configJson, uploads } = unwrap(inputs) as typeof inputs;
    const files = isList(uploads) ? uploads.flatMap((each) => (isMap(each) ? [each.content] : [])) : [];
    return [configJson, ...files].filter((text): text is string => typeof text === "string");
  });
  const boards = texts.flatMap((text) => {
    if (!text.startsWith("{") || !text.includes('"panels"')) return [];
    const { uid, title } = JSON.parse(text);
    return [{ text, uid, title }];
  });
  const found = boards.find(({ uid }) => uid === exported.uid) ?? boards.find(({ title }) => title === exported.title);
  if (found !== undefined) return found.text;
  const titles = boards.map(({ title }) => title).join(", ");
  throw new Failure(
    `--board: stack ${stack} has no board with the uid "${exported.uid}" or the title "${exported.title}". It has: ${titles || "none in a Grafana"}.`,
  );
}

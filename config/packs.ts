import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type ContentPack, isContentPack } from "../dashboards/pack.ts";

/**
 * The content packs of a stack: TypeScript files that Node loads as they are. The only place that loads them.
 * @param files as the configuration key `content` names them, relative to `projectDir`
 * @throws Error, one sentence naming the file, when it is missing, fails, or its default export is no pack
 */
export async function loadPacks(files: readonly string[], projectDir: string): Promise<readonly ContentPack[]> {
  const packs: ContentPack[] = [];
  for (const file of files) packs.push(await loadPack(file, resolve(projectDir, file)));
  return packs;
}

async function loadPack(file: string, path: string): Promise<ContentPack> {
  if (!existsSync(path))
    throw new Error(`content: ${file} does not exist. Name a file relative to the project, or remove it from content.`);
  let module: { readonly default?: unknown };
  try {
    module = await import(pathToFileURL(path).href);
  } catch (error) {
    throw new Error(`content: ${file} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (module.default === undefined)
    throw new Error(`content: ${file} has no default export. Write: export default contentPack({ ... })`);
  if (!isContentPack(module.default))
    throw new Error(`content: the default export of ${file} is no content pack. Make it with contentPack({ ... }).`);
  return module.default;
}

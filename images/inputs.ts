import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../cli/paths.ts";

/** One file of a build context. */
export interface InputFile {
  /** Path below the folder, with `/` on every system. */
  readonly name: string;
  readonly content: Uint8Array;
}

/** What editors, interpreters and earlier builds leave behind, and pages for people: no part of an image. */
const IGNORED = /(^|\/)(__pycache__|node_modules|made|\.[^/]*_cache|\.DS_Store|[^/]*\.pyc|ca\.crt|README\.md)$/;

/**
 * The files of a build context, sorted by name: those of its folder, and what is beside it, folders or single files, below their own paths. These are
 * copied and these are hashed, so nothing unhashed gets in.
 */
export function inputFiles(folder: string, beside: readonly string[] = []): readonly InputFile[] {
  const files = [
    ...namesBelow(path.join(ROOT, folder), "").map((name) => ({ name, from: path.join(ROOT, folder, name) })),
    ...beside
      .flatMap((other) => namesBelow(path.join(ROOT, other), `${other}/`))
      .map((name) => ({ name, from: path.join(ROOT, name) })),
  ];
  return files
    .toSorted((a, b) => byCodePoint(a.name, b.name))
    .map(({ name, from }) => ({ name, content: readFileSync(from) }));
}

function namesBelow(directory: string, prefix: string): readonly string[] {
  if (statSync(directory).isFile()) return [prefix.slice(0, -1)];
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const name = `${prefix}${entry.name}`;
    if (IGNORED.test(name)) return [];
    if (entry.isDirectory()) return namesBelow(path.join(directory, entry.name), `${name}/`);
    return entry.isFile() ? [name] : [];
  });
}

/**
 * 12 hexadecimal digits for a recipe and its files: the same on every machine (contents and names, never times or
 * permissions), another one for any change.
 */
export function hashInputs(recipe: unknown, files: readonly InputFile[]): string {
  const hash = createHash("sha256").update(JSON.stringify(recipe));
  for (const { name, content } of files.toSorted((a, b) => byCodePoint(a.name, b.name))) {
    // Lengths keep neighbours apart: a byte moved from one file to the next is a change.
    hash.update(`\0${name}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex").slice(0, 12);
}

/** Not localeCompare: its order depends on the machine's language. */
function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

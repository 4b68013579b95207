/** Keys of a component whose module carries no schema: read off the tags of its Go structs. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Shape } from "./shape.ts";

/** Answers for packages that are read elsewhere: their folder, and the shape of a type that has a schema. */
export interface Packages {
  readonly folderOf: (importPath: string) => string | undefined;
  readonly shapeOf: (importPath: string, type: string) => Shape | undefined;
}

interface Source {
  readonly text: string;
  /** Import paths by the name under which this file knows them. */
  readonly imports: ReadonlyMap<string, string>;
}

/** Sources of a package without tests. */
export const sourcesOf = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith(".go") && !name.endsWith("_test.go"))
        .map((name) => readFileSync(path.join(folder, name), "utf8"))
    : [];

const BASIC: Readonly<Record<string, Shape>> = {
  string: "s",
  "configopaque.String": "s",
  bool: "b",
  float64: "n",
  float32: "n",
  "time.Duration": "d",
};

/** What `configoptional` reads takes a switch besides. */
export const switchable = (shape: Shape): Shape =>
  typeof shape === "string" || !("k" in shape) ? shape : { ...shape, k: { enabled: "b", ...shape.k } };

/** Shape of a struct of a package; undefined where it has none, or where it reads itself in a way that tags do not tell. */
export function shapeOfStruct(folder: string, type: string, packages: Packages, depth = 0): Shape | undefined {
  if (depth > 8) return undefined;
  for (const text of sourcesOf(folder)) {
    const alias = new RegExp(`^type ${type} = ([\\w.]+)$`, "m").exec(text)?.[1];
    const source = { text, imports: importsOf(text) };
    if (alias !== undefined) return shapeOfType(alias, source, folder, packages, depth + 1);
    const start = new RegExp(`^type ${type} struct \\{$`, "m").exec(text);
    if (start !== null) return fieldsOf(blockAt(text, start.index), source, folder, packages, depth);
  }
  return undefined;
}

/** Lines between the brace that a place opens and the one that closes it. */
function blockAt(text: string, from: number): readonly string[] {
  const lines = text.slice(from).split("\n").slice(1);
  const end = lines.findIndex((line) => /^\}/.test(line));
  return lines.slice(0, end);
}

function fieldsOf(lines: readonly string[], source: Source, folder: string, packages: Packages, depth: number): Shape {
  const keys: Record<string, Shape> = {};
  let isOpen = false;
  for (const line of lines) {
    const [, names = "", tag = ""] = /^\s+([^`/]+?)\s*`[^`]*mapstructure:"([^"]*)"/.exec(line) ?? [];
    if (names === "") continue;
    const [name = "", ...options] = tag.split(",");
    const words = names.split(/\s+/);
    // an embedded struct has a type alone
    const type = words.length === 1 ? words[0] : words.slice(1).join(" ");
    const shape = shapeOfType(type ?? "", source, folder, packages, depth);
    if (options.includes("squash") || (name === "" && words.length === 1)) {
      if (typeof shape !== "string" && "k" in shape) Object.assign(keys, shape.k);
      isOpen ||= typeof shape === "string" || !("k" in shape) || shape.o === 1;
    } else if (name !== "" && name !== "-") keys[name] = shape;
    else if (options.includes("remain")) isOpen = true;
  }
  if (Object.keys(keys).length === 0) return "?";
  return isOpen ? { k: keys, o: 1 } : { k: keys };
}

function shapeOfType(type: string, source: Source, folder: string, packages: Packages, depth: number): Shape {
  const basic = BASIC[type];
  if (basic !== undefined) return basic;
  if (/^u?int\d*$/.test(type)) return "i";
  if (type.startsWith("*")) return shapeOfType(type.slice(1), source, folder, packages, depth);
  if (type.startsWith("[]")) return { a: shapeOfType(type.slice(2), source, folder, packages, depth) };
  const inner = /^configoptional\.Optional\[(.+)\]$/.exec(type)?.[1];
  if (inner !== undefined) return switchable(shapeOfType(inner, source, folder, packages, depth));
  const value = /^map\[\w+\](.+)$/.exec(type)?.[1];
  if (value !== undefined) return { m: shapeOfType(value, source, folder, packages, depth) };
  const [, pack, name = ""] = /^(?:(\w+)\.)?(\w+)$/.exec(type) ?? [];
  if (pack === undefined) return shapeOfStruct(folder, name, packages, depth + 1) ?? "?";
  const importPath = source.imports.get(pack);
  if (importPath === undefined) return "?";
  const known = packages.shapeOf(importPath, name);
  if (known !== undefined) return known;
  const other = packages.folderOf(importPath);
  return other === undefined ? "?" : (shapeOfStruct(other, name, packages, depth + 1) ?? "?");
}

function importsOf(text: string): ReadonlyMap<string, string> {
  const block = /^import \(([\s\S]*?)^\)/m.exec(text)?.[1] ?? "";
  return new Map(
    [...block.matchAll(/^\s*(\w+)?\s*"([^"]+)"/gm)].map(([, name, importPath = ""]) => [
      name ??
        importPath
          .split("/")
          .filter((part) => !/^v\d+$/.test(part))
          .at(-1) ??
        "",
      importPath,
    ]),
  );
}

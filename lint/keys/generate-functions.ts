/**
 * Writes `functions.json`: the functions of the transformation language with their parameters, from the sources.
 *
 *     node lint/keys/generate-functions.ts CONTRIB
 *
 * A parameter is written `name:kind`, with `?` behind it where it may be left out.
 */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

const [contrib = ""] = process.argv.slice(2);
const FOLDERS = [
  "pkg/ottl/ottlfuncs",
  "processor/transformprocessor",
  "processor/filterprocessor",
  "internal/filter",
  "connector",
];

const functions: Record<string, readonly string[]> = {};
for (const folder of FOLDERS)
  for (const file of sourcesBelow(path.join(contrib, folder))) {
    const text = readFileSync(file, "utf8");
    for (const [, quoted, constant = "", struct = ""] of text.matchAll(
      /NewFactory(?:WithLogger)?\(\s*(?:"(\w+)"|(\w+)),\s*(?:&(\w+)|nil)/g,
    )) {
      const name = quoted ?? new RegExp(`\\b${constant}\\s*=\\s*"(\\w+)"`).exec(text)?.[1];
      if (name !== undefined && !name.startsWith("Test")) functions[name] = parametersOf(text, struct);
    }
  }

function parametersOf(text: string, struct: string): readonly string[] {
  const body = new RegExp(`type ${struct}(?:\\[[^\\]]*\\])? struct \\{([^}]*)\\}`).exec(text)?.[1];
  if (struct === "" || body === undefined) return [];
  return body.split("\n").flatMap((line) => {
    const [, name, type] = /^\s*([A-Z]\w*)\s+(\S.*?)(?:\s*\/\/.*|`.*)?$/.exec(line) ?? [];
    if (name === undefined || type === undefined) return [];
    const inner = /^ottl\.Optional\[(.*)\]$/.exec(type)?.[1];
    return [`${snake(name)}:${kindOf(inner ?? type)}${inner === undefined ? "" : "?"}`];
  });
}

function snake(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
}

/** What a literal in that place may be. */
function kindOf(type: string): string {
  if (type.startsWith("[]")) return "list";
  if (/Setter\b|Setter\[|PMapGetter|PMapGetSetter|PSliceGetter/.test(type)) return "path";
  if (/^string$|StringGetter|StringLikeGetter/.test(type)) return "text";
  if (/^u?int\d*$|^float64$|IntGetter|FloatGetter|FloatLikeGetter|IntLikeGetter/.test(type)) return "number";
  if (/^bool$|BoolGetter/.test(type)) return "truth";
  return "any";
}

function sourcesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const each = path.join(folder, name);
    if (statSync(each).isDirectory()) return name === "testdata" ? [] : sourcesBelow(each);
    return name.endsWith(".go") && !name.endsWith("_test.go") ? [each] : [];
  });
}

const lines = Object.keys(functions)
  .sort()
  .map((name) => `  ${JSON.stringify(name)}: ${JSON.stringify(functions[name])}`);
writeFileSync(path.join(import.meta.dirname, "functions.json"), `{\n${lines.join(",\n")}\n}\n`);
console.log(`${lines.length} functions`);

import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { Failure } from "../cli/failure.ts";
import { nearest } from "../config/nearest.ts";
import type { SourceFile } from "./record.ts";

/** Reads the files that a person names on the command line, or says in one sentence why one of them cannot be read and what to do. */
export function readInputs(names: readonly string[], folder: string): readonly SourceFile[] {
  const files = names.map((name) => readInput(name, folder));
  // an overlay may be empty, a configuration may not
  if (files.every(({ text }) => text.split("\n").every((line) => /^\s*(#|$)/.test(line))))
    throw new Failure(
      `lint:collector: ${names.join(", ")} ${files.length === 1 ? "is empty" : "are empty"}: a configuration has receivers, exporters and service.`,
    );
  return files;
}

function readInput(name: string, folder: string): SourceFile {
  const file = path.resolve(folder, name);
  try {
    if (statSync(file).isDirectory()) throw new Failure(folderMessage(name, file));
    return { name, text: decoded(name, readFileSync(file)) };
  } catch (error) {
    if (error instanceof Failure) throw error;
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") throw new Failure(missingMessage(name, file, folder));
    if (code === "EACCES" || code === "EPERM")
      throw new Failure(`lint:collector: ${name} may not be read by you: allow it with chmod u+r ${name}, or copy it.`);
    throw new Failure(`lint:collector: ${name} cannot be read (${code ?? "unknown error"}): looked at ${file}.`);
  }
}

function missingMessage(name: string, file: string, folder: string): string {
  const parent = path.dirname(file);
  const beside = entriesOf(parent);
  const guess = beside === undefined ? undefined : nearest(path.basename(file), beside);
  const mend =
    beside === undefined
      ? `there is no folder ${parent} either; write the path from ${folder}, or the whole path`
      : guess === undefined
        ? `write the path from ${folder}, or the whole path`
        : `did you mean ${path.join(path.dirname(name), guess)}?`;
  return `lint:collector: ${name} does not exist: looked for ${file}; ${mend}${mend.endsWith("?") ? "" : "."}`;
}

function folderMessage(name: string, file: string): string {
  const inside = (entriesOf(file) ?? []).filter((each) => /\.(ya?ml|json)$/.test(each));
  const mend =
    inside.length === 0
      ? "it has no YAML; name the file itself"
      : `name what is read together, in its order, for example ${path.join(name, inside[0] ?? "")}`;
  return `lint:collector: ${name} is a folder: ${mend}.`;
}

function entriesOf(folder: string): readonly string[] | undefined {
  try {
    return readdirSync(folder).sort();
  } catch {
    return undefined;
  }
}

/** UTF-8, as the collector reads it. */
function decoded(name: string, bytes: Buffer): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    throw new Failure(`lint:collector: ${name} is UTF-16, which the collector does not read: save it as UTF-8.`);
  if (bytes.includes(0))
    throw new Failure(`lint:collector: ${name} is no text (it has bytes of zero): name the YAML file.`);
  return bytes.toString("utf8");
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, YAMLParseError } from "yaml";
import { isList, isMap, type PropertyValue } from "./properties.ts";

export type ConfigType = "string" | "integer" | "boolean" | "array" | "object";

/** One key of the `config` block of Pulumi.yaml. */
export interface DeclaredKey {
  /** With namespace: `game-scheduler-otel:backend`. */
  readonly key: string;
  /** Absent: anything goes, and the key may be left unset. */
  readonly type?: ConfigType;
  readonly description?: string;
  readonly secret: boolean;
  readonly default?: PropertyValue;
}

export interface ProjectFile {
  readonly name: string;
  /** Program file relative to the project, `.` when package.json decides. */
  readonly main: string;
  readonly config: readonly DeclaredKey[];
}

/** Reads Pulumi.yaml. Throws one sentence when it is missing or not a project file. */
export function readProjectFile(projectDir: string): ProjectFile {
  const path = join(projectDir, "Pulumi.yaml");
  const content = readYaml(path);
  if (!isMap(content) || typeof content.name !== "string") {
    throw new Error(`${path}: "name" is missing. Write the project's name there.`);
  }
  const name = content.name;
  const declared = isMap(content.config) ? content.config : {};
  return {
    name,
    main: typeof content.main === "string" ? content.main : ".",
    config: Object.entries(declared).map(([key, value]) => declaredKey(path, name, key, value)),
  };
}

/** Content of a YAML file, merge keys (`<<: *base`) resolved as the CLI does; one sentence on what is wrong with it otherwise. */
export function readYaml(path: string): PropertyValue {
  const text = readText(path);
  try {
    return (parse(text, { merge: true }) ?? {}) as PropertyValue;
  } catch (error) {
    throw new Error(`${path} is not valid YAML: ${reasonOf(error)}`);
  }
}

/** A file's text; one sentence where it cannot be read. */
export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new Error(`${path} cannot be read. It must be a readable YAML file.`);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof YAMLParseError && error.code === "MULTIPLE_DOCS")
    return "it holds several documents. Remove the line --- and what follows it";
  const [line = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  return line.replace(/:$/, "");
}

const types: ReadonlySet<string> = new Set(["string", "integer", "boolean", "array", "object"]);

function declaredKey(path: string, project: string, key: string, value: PropertyValue): DeclaredKey {
  const named = key.includes(":") ? key : `${project}:${key}`;
  // `key: text` is the short form of `key: { default: text }`.
  if (!isMap(value)) return { key: named, secret: false, default: value };
  if (isList(value)) return { key: named, secret: false, default: value };
  const { type, description, secret } = value;
  if (type !== undefined && !(typeof type === "string" && types.has(type))) {
    throw new Error(
      `${path}: config key "${key}" has type ${JSON.stringify(type)}. Allowed: ${[...types].join(", ")}.`,
    );
  }
  const fallback = value.default ?? value.value;
  return {
    key: named,
    secret: secret === true,
    ...(type === undefined ? {} : { type: type as ConfigType }),
    ...(typeof description === "string" ? { description } : {}),
    ...(fallback === undefined ? {} : { default: fallback }),
  };
}

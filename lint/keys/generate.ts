/**
 * Writes `keys.json`: which keys each component of the collector takes, from the schemas that its sources carry (`config.schema.yaml`).
 *
 *     node lint/keys/generate.ts CORE CONTRIB [FILE]
 *
 * CORE and CONTRIB are checkouts (or folders of Go modules laid out as one) of opentelemetry-collector and -contrib. Of modules without a schema the tags of their
 * structs are read. What is not listed is not judged. FILE takes the place of `keys.json`: for `generate-earlier.ts`, of older sources.
 */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { typeOf } from "../model.ts";
import { isRecord } from "../read.ts";
import type { Shape } from "./shape.ts";
import { shapeOfStruct, sourcesOf, switchable } from "./structs.ts";

const CORE = "go.opentelemetry.io/collector/";
const CONTRIB = "github.com/open-telemetry/opentelemetry-collector-contrib/";
/** The configuration of exporters to Google is of another repository: laid out as `google` beside the components. */
const GOOGLE = "github.com/GoogleCloudPlatform/opentelemetry-operations-go/";
const [core = "", contrib = "", file = path.join(import.meta.dirname, "keys.json")] = process.argv.slice(2);
type Schema = Readonly<Record<string, unknown>>;

/** A package of Go that has a schema. */
interface Package {
  readonly name: string;
  readonly folder: string;
}

const folderOf = (name: string): string | undefined => {
  for (const [prefix, root] of [
    [CORE, core],
    [CONTRIB, contrib],
    [GOOGLE, path.join(contrib, "google")],
  ] as const)
    if (name.startsWith(prefix)) return path.join(root, name.slice(prefix.length));
  return undefined;
};

const read = new Map<string, Schema | undefined>();
function schemaOf(folder: string): Schema | undefined {
  if (!read.has(folder)) {
    const file = path.join(folder, "config.schema.yaml");
    read.set(folder, existsSync(file) ? (parse(readFileSync(file, "utf8")) as Schema) : undefined);
  }
  return read.get(folder);
}

/** Read by code of their own, which takes more than the schema says. */
const FREE: readonly string[] = [`${CORE}config/configopaque.map_list`];
/** Lists that take texts as well as mappings. */
const TEXTS_TOO: readonly string[] = ["trace_statements", "metric_statements", "log_statements", "profile_statements"];

/** A scraper of host metrics has a schema of its metrics only; the other keys are those of its code. */
function scraperOf(folder: string, name: string) {
  const inner = { name: `${name}/internal/metadata`, folder: path.join(folder, "internal/metadata") };
  const metrics = (schemaOf(inner.folder)?.$defs as Schema | undefined)?.metrics_builder_config;
  return isRecord(metrics) ? { schema: { ...metrics, additionalProperties: true }, at: inner } : undefined;
}

/** What newer generated code takes of a metric and of an attribute besides its switch. */
const SETTINGS_OF: Readonly<Record<string, readonly string[]>> = {
  metrics: ["attributes", "aggregation_strategy"],
  resource_attributes: ["metrics_include", "metrics_exclude", "events_include", "events_exclude", "override_value"],
};

/** What a reference names: `name`, `./internal/x.name`, `/internal/x.name`, or the whole path of a package. */
function resolved(reference: string, from: Package): { readonly schema: Schema; readonly at: Package } | undefined {
  if (!/[./]/.test(reference)) {
    const schema = (schemaOf(from.folder)?.$defs as Schema | undefined)?.[reference];
    return isRecord(schema) ? { schema, at: from } : undefined;
  }
  const dot = reference.lastIndexOf(".");
  const [where, name] = [reference.slice(0, dot), reference.slice(dot + 1)];
  const root = from.name.startsWith(CORE) ? CORE : CONTRIB;
  const packageName = where.startsWith("./")
    ? path.posix.join(from.name, where)
    : where.startsWith("/")
      ? `${root}${where.slice(1)}`
      : where;
  const folder = folderOf(packageName);
  if (folder === undefined || FREE.includes(`${packageName}.${name}`)) return undefined;
  const whole = schemaOf(folder);
  if (whole === undefined) return scraperOf(folder, packageName);
  const at = { name: packageName, folder };
  const named = (whole.$defs as Schema | undefined)?.[name];
  if (isRecord(named)) return { schema: named, at };
  return name === "config" ? { schema: whole, at } : undefined;
}

function shapeOf(schema: Schema, at: Package, seen: readonly string[] = []): Shape {
  const shape = shapeWithout(schema, at, seen);
  // what may be left out may be switched as well
  return schema["x-optional"] === true ? switchable(shape) : shape;
}

function shapeWithout(schema: Schema, at: Package, seen: readonly string[]): Shape {
  const reference = schema.$ref;
  if (typeof reference === "string") {
    const key = `${at.name} ${reference}`;
    const target = seen.includes(key) ? undefined : resolved(reference, at);
    if (target === undefined) return shapeOfNamed(reference, at);
    const shape = shapeOf(target.schema, target.at, [...seen, key]);
    return withCode(shape, target.at.folder, typeNameOf(reference.slice(reference.lastIndexOf(".") + 1)));
  }
  const custom = schema["x-customType"];
  if (typeof custom === "string" && custom.startsWith(GOOGLE)) return shapeOfNamed(custom, at);
  if (typeof custom === "string" && !/^(time\.Duration|u?int\d*|float\d*|byte)$/.test(custom)) return "?";
  if (schema.format === "duration") return "d";
  switch (schema.type) {
    case "string":
      return schema.format === undefined ? "s" : "?";
    case "boolean":
      return "b";
    case "integer":
      return "i";
    case "number":
      return "n";
    case "array":
      return { a: isRecord(schema.items) ? shapeOf(schema.items, at, seen) : "?" };
    case "object":
      return objectOf(schema, at, seen);
    default:
      return isRecord(schema.properties) ? objectOf(schema, at, seen) : "?";
  }
}

/** What a reference names in a package that has no schema. */
function shapeOfNamed(reference: string, at: Package): Shape {
  const dot = reference.lastIndexOf(".");
  const [where, name] = [reference.slice(0, dot), reference.slice(dot + 1)];
  const folder = folderOf(
    where.startsWith("/") ? `${at.name.startsWith(CORE) ? CORE : CONTRIB}${where.slice(1)}` : where,
  );
  if (folder === undefined || FREE.includes(reference)) return "?";
  return shapeOfStruct(folder, typeNameOf(name), { folderOf, shapeOf: shapeOfType }) ?? "?";
}

/** `client_config` is `ClientConfig` in Go. */
function typeNameOf(name: string): string {
  return name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Some schemas are older than the code beside them: what the struct takes besides is taken as well. */
function withCode(shape: Shape, folder: string, type: string): Shape {
  if (typeof shape === "string" || !("k" in shape) || shape.o === 1) return shape;
  const code = shapeOfStruct(folder, type, { folderOf, shapeOf: shapeOfType });
  if (code === undefined || typeof code === "string" || !("k" in code)) return shape;
  const isSwitch = (of: Shape | undefined) => typeof of === "object" && "k" in of && of.k.enabled === "b";
  const own = Object.entries(shape.k).map(([key, of]) => [key, isSwitch(code.k[key]) ? switchable(of) : of]);
  return { k: { ...code.k, ...Object.fromEntries(own) } };
}

function objectOf(schema: Schema, at: Package, seen: readonly string[]): Shape {
  if (isRecord(schema.additionalProperties) && !isRecord(schema.properties))
    return { m: shapeOf(schema.additionalProperties, at, seen) };
  const keys: Record<string, Shape> = {};
  let isOpen = schema.additionalProperties === true || isRecord(schema.additionalProperties);
  for (const part of Array.isArray(schema.allOf) ? (schema.allOf as Schema[]) : []) {
    const shape = shapeOf(part, at, seen);
    const key = typeof part.$ref === "string" ? keyOfEmbedded(part.$ref, at.folder) : undefined;
    if (key !== undefined) keys[key] = shape;
    else if (typeof shape === "string" || !("k" in shape)) isOpen = true;
    else {
      Object.assign(keys, shape.k);
      isOpen ||= shape.o === 1;
    }
  }
  for (const [name, property] of Object.entries((schema.properties as Schema | undefined) ?? {}))
    keys[name] = isRecord(property) && !TEXTS_TOO.includes(name) ? shapeOf(property, at, seen) : "?";
  if (Object.keys(keys).length === 0) return "?";
  return isOpen ? { k: keys, o: 1 } : { k: keys };
}

/** A struct that stands in another one without a name of its own may have one in its tag: schemas take its keys for those of the outer one. */
function keyOfEmbedded(reference: string, folder: string): string | undefined {
  const name = reference.slice(reference.lastIndexOf(".") + 1).replaceAll("_", "");
  for (const text of sourcesOf(folder))
    for (const [, type = "", key] of text.matchAll(/^\s+\*?(?:\w+\.)?(\w+)\s+`mapstructure:"([a-z_]+)[",]/gm))
      if (type.toLowerCase() === name) return key;
  return undefined;
}

/** A module without a schema: what its struct `Config` takes, which may stand in a package beside it. */
function shapeOfCode(folder: string): Shape | undefined {
  const packages = { folderOf, shapeOf: shapeOfType };
  for (const own of [folder, path.join(folder, "config")]) {
    const shape = shapeOfStruct(own, "Config", packages);
    if (shape !== undefined) return shape;
  }
  for (const text of sourcesOf(folder)) {
    const alias = /return (\w+)\.CreateDefaultConfig\(\)/.exec(text)?.[1];
    const where = alias && new RegExp(`\\b${alias} "([^"]+)"`).exec(text)?.[1];
    const other = where ? folderOf(where) : undefined;
    if (other !== undefined) return shapeOfStruct(other, "Config", packages);
  }
  return undefined;
}

/** Shape of a type of Go whose package has a schema, or which reads itself. */
function shapeOfType(importPath: string, type: string): Shape | undefined {
  const folder = folderOf(importPath);
  const name = type.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, "_").toLowerCase();
  if (FREE.includes(`${importPath}.${name}`)) return "?";
  const target = folder === undefined ? undefined : resolved(`${importPath}.${name}`, { name: importPath, folder });
  return target === undefined ? undefined : shapeOf(target.schema, target.at);
}

const components: Record<string, Shape> = {};
for (const [root, prefix] of [
  [core, CORE],
  [contrib, CONTRIB],
] as const)
  for (const role of ["receiver", "processor", "exporter", "connector", "extension"])
    for (const folder of modulesBelow(path.join(root, role))) {
      const name = `${prefix}${path.relative(root, folder)}`;
      const metadata = parse(readFileSync(path.join(folder, "metadata.yaml"), "utf8")) as Schema;
      if (typeof metadata.type !== "string") continue;
      const schema = schemaOf(folder);
      const shape = schema === undefined ? shapeOfCode(folder) : shapeOf(schema, { name, folder });
      if (shape === undefined || typeof shape === "string" || !("k" in shape)) continue;
      const keys = { ...asAny(tagsOf(folder)), ...asMetrics(folder, metadata), ...shape.k };
      for (const key of ["metrics", "resource_attributes"])
        if (keys[key] !== undefined) keys[key] = withSettingsOf(key, keys[key], versionOfOld(folder));
      components[`${role}/${typeOf(metadata.type)}`] = shape.o === 1 ? { k: keys, o: 1 } : { k: keys };
    }

/**
 * Keys that the sources name and the schema may have missed: earlier schemas took a struct with a name of its own for one without, and code that reads a configuration
 * itself has no schema. They are taken at the top, with anything below.
 */
function tagsOf(folder: string): readonly string[] {
  // of older sources, too many keys would be taken for right
  if (process.argv[4] !== undefined) return [];
  const sources = sourcesOf(folder);
  if (versionOfOld(folder) === undefined && !sources.some((text) => /\) Unmarshal\(/.test(text))) return [];
  return sources.flatMap((text) => [
    ...[...text.matchAll(/mapstructure:"([a-z0-9_]+)/g)].map(([, name = ""]) => name),
    ...[...text.matchAll(/(?:Sub\(|[kK]ey\w*\s*=\s*|IsSet\()"([a-z0-9_]+)"/g)].map(([, name = ""]) => name),
  ]);
}

/** Version of a module of which no newer source could be had than of one that is long past. */
function versionOfOld(folder: string): string | undefined {
  return /@v(0\.1[0-4]\d\.\d+)/.exec(realpathSync(folder))?.[1];
}

/** Newer generated code takes more of each metric and attribute than a switch, whichever module it is of; of an old module, there may be others by now. */
function withSettingsOf(key: string, shape: Shape, version: string | undefined): Shape {
  if (typeof shape === "string" || !("k" in shape)) return shape;
  const all = Object.entries(shape.k).map(([name, of]): [string, Shape] => [
    name,
    typeof of === "string" || !("k" in of) ? of : { k: { ...asAny(SETTINGS_OF[key] ?? []), ...of.k } },
  ]);
  return version === undefined ? { k: Object.fromEntries(all) } : { k: Object.fromEntries(all), s: nextOf(version) };
}

function nextOf(version: string): string {
  return version.replace(/\d+(?=\.\d+$)/, (minor) => String(Number(minor) + 1));
}

function asAny(names: readonly string[]): Record<string, Shape> {
  return Object.fromEntries(names.map((name) => [name, "?" as const]));
}

/** Metrics that can be switched, where the schema does not name them. */
function asMetrics(folder: string, metadata: Schema): Record<string, Shape> {
  if (!existsSync(path.join(folder, "internal/metadata/generated_config.go"))) return {};
  const names = Object.keys((metadata.metrics as Schema | undefined) ?? {});
  const metrics: Shape = names.length === 0 ? "?" : { k: Object.fromEntries(names.map((name) => [name, "?"])) };
  return { metrics, resource_attributes: "?", events: "?" };
}

function modulesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => path.join(folder, name))
    .filter((each) => statSync(each).isDirectory() && path.basename(each) !== "internal")
    .flatMap((each) => [...(existsSync(path.join(each, "metadata.yaml")) ? [each] : []), ...modulesBelow(each)]);
}

/** Shapes that stand in several places are written once. */
function shared(all: Readonly<Record<string, Shape>>) {
  const count = new Map<string, number>();
  const visit = (shape: Shape): void => {
    if (typeof shape === "string") return;
    const text = JSON.stringify(shape);
    count.set(text, (count.get(text) ?? 0) + 1);
    if (count.get(text) === 1) for (const child of childrenOf(shape)) visit(child);
  };
  for (const shape of Object.values(all)) visit(shape);
  const index = new Map<string, number>();
  const shapes: unknown[] = [];
  const written = (shape: Shape): unknown => {
    if (typeof shape === "string") return shape;
    const text = JSON.stringify(shape);
    if ((count.get(text) ?? 0) < 2 || text.length < 40) return inner(shape);
    const known = index.get(text);
    if (known !== undefined) return known;
    const value = inner(shape);
    index.set(text, shapes.length);
    shapes.push(value);
    return shapes.length - 1;
  };
  const inner = (shape: Exclude<Shape, string>): unknown => {
    if ("a" in shape) return { a: written(shape.a) };
    if ("m" in shape) return { m: written(shape.m) };
    const k = Object.fromEntries(Object.entries(shape.k).map(([name, child]) => [name, written(child)]));
    if (shape.s !== undefined) return { k, s: shape.s };
    return shape.o === 1 ? { k, o: 1 } : { k };
  };
  const written_ = Object.fromEntries(
    Object.entries(all)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, shape]) => [name, inner(shape as Exclude<Shape, string>)]),
  );
  return { components: written_, shapes };
}

function childrenOf(shape: Exclude<Shape, string>): readonly Shape[] {
  if ("a" in shape) return [shape.a];
  if ("m" in shape) return [shape.m];
  return Object.values(shape.k);
}

const { components: all, shapes } = shared(components);
const lines = Object.entries(all).map(([name, shape]) => `    ${JSON.stringify(name)}: ${JSON.stringify(shape)}`);
writeFileSync(
  file,
  `{\n  "shapes": [\n${shapes.map((shape) => `    ${JSON.stringify(shape)}`).join(",\n")}\n  ],\n  "components": {\n${lines.join(",\n")}\n  }\n}\n`,
);
console.log(`${Object.keys(all).length} components`);

import { existsSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../cli/failure.ts";
import { noSuchStack } from "../cli/stacks.ts";
import { formerKey } from "../config/former-keys.ts";
import { nearest } from "../config/nearest.ts";
import { SECRET_KEYS } from "../config/schema.ts";
import { DUMMY, plainText } from "../config/secret-values.ts";
import { applySetting, type ConfigSetting } from "./config-setting.ts";
import { type DeclaredKey, type ProjectFile, readProjectFile, readText, readYaml } from "./project-file.ts";
import { isList, isMap, type PropertyValue } from "./properties.ts";
import { variableOf } from "./secret-settings.ts";
import { HOLDS_ANCHORS, unquotedValues } from "./unquoted.ts";

const OWN_SECRETS: ReadonlySet<string> = new Set([...SECRET_KEYS, "secrets"]);

/** The configuration of one stack, ready for the program: what the CLI would hand over. */
export interface StackConfig {
  readonly project: string;
  readonly stack: string;
  /** Full key (`game-scheduler-otel:backend`) -> wire text; arrays and objects as JSON. */
  readonly config: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
  /** Keys whose value is encrypted in the stack file and not given otherwise; a dummy replaces it. */
  readonly unreadable: readonly string[];
}

export interface StackConfigArgs {
  readonly projectDir: string;
  readonly stack: string;
  /** File with the stack's values. Default: `Pulumi.<stack>.yaml` of the project. */
  readonly stackFile?: string;
  /** Overrides, in order; see config-setting.ts. */
  readonly set?: readonly ConfigSetting[];
  /** Fill every secret key that has no value with `dummy-secret-<key>`. */
  readonly dummySecrets?: boolean;
}

/**
 * Reads Pulumi.yaml and Pulumi.<stack>.yaml, applies the overrides and checks the result as the CLI does before it runs a program.
 * Throws one sentence naming key, value and fix.
 */
export function loadStackConfig(args: StackConfigArgs): StackConfig {
  const { projectDir, stack } = args;
  const project = readProjectFile(projectDir);
  const values = new Map<string, PropertyValue>();
  // Ours cannot be declared secret: the CLI then refuses their empty default as "must be encrypted" (seen with 3.260).
  const isSecretKey = ({ key, secret }: DeclaredKey) => secret || OWN_SECRETS.has(key.split(":").pop() ?? key);
  const secret = new Set(project.config.filter(isSecretKey).map((declared) => declared.key));

  const stackFile = args.stackFile ?? join(projectDir, `Pulumi.${stack}.yaml`);
  for (const [key, value] of stackFileValues(stackFile, stack, project, projectDir)) {
    if (secret.has(key) && hasPlainText(value)) throw new Error(plainSecret(key, project, stack));
    values.set(key, value);
    if (hasEncrypted(value)) secret.add(key);
  }
  for (const setting of args.set ?? []) {
    const { key, value } = applySetting(setting, project, values);
    if (secret.has(key) && !setting.secret) throw new Error(notByConfig(setting.path));
    values.set(key, value);
    if (setting.secret) secret.add(key);
  }
  refuseUndeclared(project, stack, [...values.keys()]);
  for (const declared of project.config) {
    if (values.get(declared.key) === undefined && declared.default !== undefined) {
      values.set(declared.key, declared.default);
    }
  }
  if (args.dummySecrets === true) {
    for (const key of secret) {
      if (isEmpty(values.get(key)) && typeOf(project, key) !== "object") values.set(key, dummySecret(key));
    }
    const own = `${project.name}:secrets`;
    if (secret.has(own)) values.set(own, withDummies(values.get(own), values.get(`${project.name}:services`)));
  }
  for (const declared of project.config) {
    check({ ...declared, secret: secret.has(declared.key) }, values.get(declared.key), stack);
  }

  const unreadable = [...values].filter(([, value]) => hasEncrypted(value)).map(([key]) => key);
  const config = [...values].map(([key, value]) => [key, wireText(withoutEncrypted(value, key))] as const);
  return {
    project: project.name,
    stack,
    config: Object.fromEntries(config.sort(([a], [b]) => (a < b ? -1 : 1))),
    secretKeys: [...secret].filter((key) => values.has(key)).sort(),
    unreadable: unreadable.sort(),
  };
}

/** A value no service accepts and every reader recognises. */
export function dummySecret(key: string): string {
  return `${DUMMY}${shortKey(key)}`;
}

/** The application's own secrets, a dummy for each that a service names and that has no value. */
function withDummies(given: PropertyValue | undefined, services: PropertyValue | undefined): PropertyValue {
  const named = [...JSON.stringify(services ?? []).matchAll(/\{secret\.([a-z0-9-]+)\}/g)].map(([, name = ""]) => name);
  const dummies = Object.fromEntries([...new Set(named)].map((name) => [name, dummySecret(name)]));
  return { ...dummies, ...(given !== undefined && isMap(given) && given) };
}

const shortKey = (key: string): string => key.split(":").pop() ?? key;

const typeOf = (project: ProjectFile, key: string) => project.config.find((declared) => declared.key === key)?.type;

function plainSecret(key: string, project: ProjectFile, stack: string): string {
  const short = shortKey(key);
  const path = typeOf(project, key) === "object" ? `--path '${short}.<name>'` : short;
  return plainText(short, `pulumi config set --secret ${path}`, stack);
}

const notByConfig = (path: string): string =>
  `${path}: a secret is not given by --config, whose values every process list and log shows. Give it with: --secret ${path}, and its value in the environment as ${variableOf(path)}`;

function stackFileValues(
  path: string,
  stack: string,
  project: ProjectFile,
  projectDir: string,
): [string, PropertyValue][] {
  if (!existsSync(path)) throw new Failure(noSuchStack(stack, projectDir));
  const content = readYaml(path);
  if (!isMap(content) || isList(content)) throw new Error(`${path}: must be a map with the key config, and is none.`);
  refuseMisplaced(content, project, stack);
  const { config } = content;
  if (config === undefined || config === null) return [];
  if (!isMap(config) || isList(config)) throw new Error(`${path}: "config" must be a map of keys to values.`);
  const changed = unquotedValues(readText(path)).map(
    ({ path: key, written }) =>
      `${key}: ${written} without quotes does not arrive as it is written. Write '${written}' in Pulumi.${stack}.yaml, or a plain whole number where one is meant`,
  );
  if (changed.length > 0) throw new Error(changed.join("\n"));
  return Object.entries(config).map(([key, value]) => [key.includes(":") ? key : `${project.name}:${key}`, value]);
}

/** What the CLI itself writes beside `config`. */
const BESIDE_CONFIG: ReadonlySet<string> = new Set([
  ...["config", "environment", "secretsprovider", "encryptedkey", "encryptionsalt", "import"],
]);

/** Keys that are read nowhere, so that the stack would be deployed without what they say. */
function refuseMisplaced(content: Readonly<Record<string, PropertyValue>>, project: ProjectFile, stack: string): void {
  const file = `Pulumi.${stack}.yaml`;
  const known = project.config.map(({ key }) => shortKey(key));
  // The CLI's own `environment` is a list or a map; a text is meant for the key of ours.
  const isOfCli = (key: string) =>
    BESIDE_CONFIG.has(key) && !(key === "environment" && typeof content[key] === "string");
  const outside = Object.keys(content).find((key) => !isOfCli(key) && !HOLDS_ANCHORS.test(key));
  if (outside !== undefined)
    throw new Error(`${file}: ${outside} stands beside config, where nothing reads it. Move it below config:`);
  const own = isMap(content.config) ? Object.keys(content.config) : [];
  const foreign = own.find((key) => {
    const [name = "", short] = key.split(":");
    return short !== undefined && name !== project.name && known.includes(short) && !PROVIDERS.has(name);
  });
  if (foreign === undefined) return;
  throw new Error(
    `${foreign}: is a key of another project, so nothing reads it. Write ${project.name}:${shortKey(foreign)} in ${file}`,
  );
}

/** Settings of providers, which may share a name with a key of ours. */
const PROVIDERS: ReadonlySet<string> = new Set(["pulumi", "docker", "random", "grafana", "newrelic", "honeycombio"]);

/** The CLI lets a misspelt key pass in silence; here it is always a mistake, since Pulumi.yaml lists every key. */
function refuseUndeclared(project: ProjectFile, stack: string, keys: readonly string[]): void {
  const declared = new Set(project.config.map(({ key }) => key));
  const own = `${project.name}:`;
  const unknown = keys.find((key) => key.startsWith(own) && !declared.has(key));
  if (unknown === undefined) return;
  const short = unknown.slice(own.length);
  const former = formerKey(short);
  if (former !== undefined) throw new Error(former);
  const known = [...declared].filter((key) => key.startsWith(own)).map((key) => key.slice(own.length));
  const guess = nearest(short, known);
  const hint = guess === undefined ? "Pulumi.yaml lists every key." : `did you mean "${guess}"?`;
  throw new Error(`${short}: no such config key in stack "${stack}"; ${hint} Remove it: pulumi config rm ${short}`);
}

function check({ key, type, default: fallback, secret }: DeclaredKey, value: PropertyValue | undefined, stack: string) {
  const short = key.split(":").slice(1).join(":");
  if (value === undefined) {
    if (type === undefined || fallback !== undefined) return;
    const how = secret ? `pulumi config set --secret ${short}` : `pulumi config set ${short} <value>`;
    throw new Error(`Stack "${stack}" is missing a value for config key "${key}" (${type}). Set it: ${how}`);
  }
  if (type === undefined || hasEncrypted(value) || fits(type, value)) return;
  const shown = secret ? "the given secret" : JSON.stringify(value);
  throw new Error(
    `Stack "${stack}": config key "${key}" must be of type ${type}, not ${shown}. ${mendType(short, type, stack)}`,
  );
}

/** Lists and objects cannot be set as a whole on a command line that anybody would like to write. */
function mendType(short: string, type: NonNullable<DeclaredKey["type"]>, stack: string): string {
  const file = `Pulumi.${stack}.yaml`;
  if (type === "array") return `Write its items below it in ${file}, each after a dash: - …`;
  if (type === "object")
    return `Write its fields below it in ${file}, or one by one: pulumi config set --path ${short}.<field> <value>`;
  return `Set it: pulumi config set ${short} <${type}>`;
}

function fits(type: NonNullable<DeclaredKey["type"]>, value: PropertyValue): boolean {
  switch (type) {
    case "string":
      return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    case "integer":
      return /^-?\d+$/.test(String(value));
    case "boolean":
      return value === "true" || value === "false" || typeof value === "boolean";
    case "array":
      return isList(value);
    case "object":
      return isMap(value);
    default:
      return type satisfies never;
  }
}

/** Whether any text of a secret key is plain. */
function hasPlainText(value: PropertyValue): boolean {
  if (isEncrypted(value) || isEmpty(value)) return false;
  if (isList(value)) return value.some(hasPlainText);
  return isMap(value) ? Object.values(value).some(hasPlainText) : true;
}

function isEmpty(value: PropertyValue | undefined): boolean {
  return value === undefined || value === null || value === "";
}

function isEncrypted(value: PropertyValue): boolean {
  return isMap(value) && typeof value.secure === "string" && Object.keys(value).length === 1;
}

function hasEncrypted(value: PropertyValue): boolean {
  if (isEncrypted(value)) return true;
  if (isList(value)) return value.some(hasEncrypted);
  return isMap(value) && Object.values(value).some(hasEncrypted);
}

function withoutEncrypted(value: PropertyValue, key: string): PropertyValue {
  if (isEncrypted(value)) return dummySecret(key);
  if (isList(value)) return value.map((item) => withoutEncrypted(item, key));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, withoutEncrypted(item, `${key}.${name}`)]),
  );
}

/** How the CLI hands a value to the program: text as it is, everything else as JSON. */
function wireText(value: PropertyValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

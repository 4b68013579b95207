import { z } from "zod";
import { nearest } from "./nearest.ts";
import { asLine, inRightForm, numberIn } from "./right-form.ts";

/** What is wrong with a value, as a sentence for the person who typed it. Pure. */

type Path = readonly PropertyKey[];
type Json = z.core.JSONSchema.BaseSchema;
type Issue = z.core.$ZodIssue;

/** Where a value came from: its key, the schema it was judged by, and what was typed. */
export interface Typed {
  readonly key: string;
  readonly schema: z.ZodType;
  readonly value: unknown;
  /** A secret is never repeated in a sentence. */
  readonly secret: boolean;
}

/** Keys that Docker Compose has for a service, and ours for the same. */
const COMPOSE_KEYS: Readonly<Record<string, string>> = {
  build: "image",
  cap_add: "capabilities",
  cap_drop: "capabilities",
  container_name: "name",
  depends_on: "after",
  env_file: "env",
  secrets: "env",
  args: "command",
  cmd: "command",
  tag: "image",
  environment: "env",
  extra_hosts: "hosts",
  expose: "publish",
  healthcheck: "health",
  mem_limit: "memory",
  mem_reservation: "memory",
  mounts: "volumes",
  port: "publish",
  ports: "publish",
  read_only: "readOnly",
  shm_size: "sharedMemory",
  stop_grace_period: "stopGrace",
  stop_signal: "stopSignal",
  working_dir: "workingDir",
};

/** One sentence for every issue, in the order of the schema. */
export const sentencesOf = (typed: Typed, issues: readonly Issue[]): readonly string[] =>
  issues
    .flatMap(innermost)
    .filter(isFirstOfPlace)
    .flatMap((issue) => sentences(typed, issue));

/** One thing of each place: what is of another type fits nothing else either, and of two bounds the last is the narrower. */
function isFirstOfPlace({ path, code }: Issue, i: number, all: readonly Issue[]): boolean {
  if (code === "unrecognized_keys") return true;
  const same = (other: Issue) => other.code !== "unrecognized_keys" && pathText(other.path) === pathText(path);
  if (code === "invalid_type") return !all.slice(0, i).some(same);
  return !all.some((other) => other.code === "invalid_type" && same(other)) && !all.slice(i + 1).some(same);
}

/** `services[0].env`, as `pulumi config set --path` takes it. */
export const pathText = (path: Path): string =>
  path
    .map((part, i) => {
      if (typeof part === "number") return `[${part}]`;
      if (!/^[A-Za-z_][\w-]*$/.test(String(part))) return `[${JSON.stringify(part)}]`;
      return i === 0 ? String(part) : `.${String(part)}`;
    })
    .join("");

/** A value as a sentence shows it: one line, at most 80 characters, an address without the login in it. */
export function shown(value: unknown): string {
  const typed = value === undefined ? "nothing" : (JSON.stringify(value) ?? String(value));
  const text = withoutLogin(typed);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

const withoutLogin = (text: string): string => text.replace(/(?<=:\/\/)[^\s"/?#]*@/g, "***@");

/** Of a refused union: what is wrong inside the one member that fits so far; the union itself where none fits at all. */
export function innermost(issue: Issue): readonly Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const fits = issue.errors
    .filter((member) => member.some(({ path, code }) => path.length > 0 || code === "unrecognized_keys"))
    .sort((a, b) => a.length - b.length)[0];
  return fits?.flatMap((inside) => innermost({ ...inside, path: [...issue.path, ...inside.path] })) ?? [issue];
}

function sentences(typed: Typed, issue: Issue): readonly string[] {
  const path = [typed.key, ...issue.path];
  if (issue.code === "unrecognized_keys") return issue.keys.map((unknown) => unknownKey(typed, path, unknown));
  const value = valueAt(typed.value, issue.path);
  const where = pathText(path);
  if (issue.code === "invalid_key")
    return [
      `${where}: ${shown(path.at(-1))} cannot be a name here. Expected: ${issue.issues[0]?.message ?? "another name"}. Remove it with: ${remove(path)}`,
    ];
  if (value === undefined)
    return [`${where}: not set, but needed. ${allowed(issue)} Set it with: ${set(path, "<value>")}`];
  const said = typed.secret ? "the given value" : shown(value);
  const guess = typed.secret ? undefined : meantBy(typed.schema, path, issue, value);
  const meant = isValid(typed, issue.path, guess) ? guess : undefined;
  return [`${where}: ${said} is not valid. ${expectedOf(issue, value, meant)} ${mend(typed, path, issue, meant)}`];
}

/** What is expected, with what was typed in that form where it can be told. */
function expectedOf(issue: Issue, value: unknown, meant: unknown): string {
  if (issue.code !== "invalid_type") return allowed(issue);
  if (issue.expected === "string" && typeof value === "number") return CHANGED;
  const example = meant === undefined || issue.message.includes("such as") ? "" : shownLine(meant);
  return example === "" ? allowed(issue) : allowed(issue).replace(/\.$/, `, such as ${example}.`);
}

/** A value as a line of a stack file, empty where it is too long for a sentence. */
function shownLine(value: unknown): string {
  const line = withoutLogin(asLine(value));
  return line.length > 120 ? "" : line;
}

/** What was typed, in the form that is expected; undefined where it is not known. */
function meantBy(schema: z.ZodType, path: Path, issue: Issue, value: unknown): unknown {
  if (issue.code !== "invalid_type") return undefined;
  const expected: string = issue.expected;
  const isNumber = expected === "number" || expected === "int";
  if (isNumber && typeof value === "string") return numberIn(value, path.at(-1) ?? "");
  if (expected !== "array" && expected !== "object" && expected !== "record") return undefined;
  const inside = expected === "array" ? [...path.slice(1), 0] : path.slice(1);
  const choices = Object.fromEntries(
    membersAt(schema, inside).flatMap(({ properties }) =>
      Object.entries(properties ?? {}).flatMap(([field, of]) =>
        typeof of === "object" && of.enum !== undefined ? [[field, of.enum] as const] : [],
      ),
    ),
  );
  return inRightForm({ key: path.at(-1) ?? "", expected, fields: keysAt(schema, inside), choices }, value);
}

/** Whether a value could stand at that path: advice is never what would be refused too. */
function isValid({ schema, value }: Typed, path: Path, meant: unknown): boolean {
  if (meant === undefined) return false;
  const at = pathText(path);
  const found = schema.safeParse(withAt(value, path, meant)).error?.issues.flatMap(innermost) ?? [];
  return !found.some((issue) => pathText(issue.path).startsWith(at));
}

/** A copy with something else at the path. */
export function withAt(value: unknown, [head, ...rest]: Path, other: unknown): unknown {
  if (head === undefined) return other;
  const copy: object = Array.isArray(value) ? [...value] : { ...Object(value) };
  Reflect.set(copy, head, withAt(Reflect.get(copy, head), rest, other));
  return copy;
}

function unknownKey({ schema, value }: Typed, path: Path, unknown: string): string {
  const known = keysAt(schema, path.slice(1), valueAt(value, path.slice(1)));
  const compose = path[0] === "services" ? COMPOSE_KEYS[unknown] : undefined;
  const guess = compose !== undefined && known.includes(compose) ? compose : nearest(unknown, known);
  const hint = guess === undefined ? "" : `; did you mean ${pathText([...path, guess])}?`;
  const list = `${guess === undefined ? "." : ""} Allowed: ${known.join(", ")}.`;
  const at = [...path, unknown];
  return `${pathText(at)}: no such key${hint}${list} Remove it with: ${remove(at)}`;
}

function allowed(issue: Issue): string {
  switch (issue.code) {
    case "invalid_value":
      return `Allowed: ${issue.values.map((value) => (value === "" ? "nothing" : String(value))).join(", ")}.`;
    case "too_small":
      return `Allowed: ${issue.inclusive ? "at least" : "above"} ${issue.minimum}${unit(issue.origin, issue.minimum)}.`;
    case "too_big":
      return `Allowed: ${issue.inclusive ? "at most" : "below"} ${issue.maximum}${unit(issue.origin, issue.maximum)}.`;
    case "invalid_type":
      return `Expected: ${TYPES[issue.expected] && issue.message.startsWith("Invalid input") ? TYPES[issue.expected] : issue.message}.`;
    case "invalid_union":
      return `Expected: ${issue.message === "Invalid input" ? membersOf(issue) : issue.message}.`;
    default:
      return `Expected: ${issue.message}.`;
  }
}

const CHANGED = "Expected: a text in quotes, since a number like this one changes when it is read.";

const TYPES: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  object: "an object",
  record: "an object",
  string: "a text",
};

function unit(origin: string, count: number | bigint): string {
  const word = { array: " item", string: " character", set: " item" }[origin];
  return word === undefined ? "" : `${word}${count === 1 ? "" : "s"}`;
}

const membersOf = (issue: z.core.$ZodIssueInvalidUnion): string =>
  issue.errors
    .flat()
    .map((member) => allowed(member).replace(/^(Expected|Allowed): (.*)\.$/, "$2"))
    .join(", or ");

/** The command that mends it: never one that would fail in the same way. */
function mend({ schema }: Typed, path: Path, issue: Issue, meant: unknown): string {
  if (issue.code !== "invalid_type") return `Set it with: ${set(path, "<value>")}`;
  if (issue.expected === "array") {
    const first: unknown = Array.isArray(meant) ? meant[0] : undefined;
    if (typeof first !== "object") return `Set its items one by one: ${set([...path, 0], typable(first))}`;
    return `Set its items one by one: ${setField([...path, 0], first, "")}`;
  }
  if (issue.expected !== "object" && issue.expected !== "record") return `Set it with: ${set(path, typable(meant))}`;
  return `Set its fields one by one: ${setField(path, meant, keysAt(schema, path.slice(1))[0] ?? "<name>")}`;
}

/** Sets the first field of what is meant, or a field of that name. */
function setField(path: Path, meant: unknown, field: string): string {
  const [[name, value] = [field, undefined]] = Object.entries(Object(meant));
  return set([...path, name], typable(value));
}

/** A value as a shell takes it without quotes; a place for one else. */
const typable = (value: unknown): string =>
  ["string", "number", "boolean"].includes(typeof value) && /^[\w@.+-]+$/.test(String(value))
    ? String(value)
    : "<value>";

const set = (path: Path, value: string): string =>
  path.length === 1
    ? `pulumi config set ${pathText(path)} ${value}`
    : `pulumi config set --path ${quoted(path)} ${value}`;

const remove = (path: Path): string =>
  path.length === 1 ? `pulumi config rm ${pathText(path)}` : `pulumi config rm --path ${quoted(path)}`;

const quoted = (path: Path): string => `'${pathText(path).replace('["<name>"]', ".<name>").replaceAll("'", "'\\''")}'`;

/** What is at a path; undefined where nothing is. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce(
    (at, part) =>
      typeof at === "object" && at !== null && Object.hasOwn(at, part) ? Reflect.get(at, part) : undefined,
    value,
  );
}

/** The keys an object may have at that path of a schema; of alternatives, those that fit what was typed. */
function keysAt(schema: z.ZodType, path: Path, typed?: unknown): readonly string[] {
  const value = typeof typed === "object" && typed !== null ? (typed as Record<string, unknown>) : {};
  const members = membersAt(schema, path);
  const fitting = members.filter((json) => fits(json, value));
  return [
    ...new Set((fitting.length > 0 ? fitting : members).flatMap(({ properties }) => Object.keys(properties ?? {}))),
  ];
}

/** What may be at that path of a schema. */
function membersAt(schema: z.ZodType, path: Path): readonly Json[] {
  const root = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return path
    .reduce<readonly Json[]>((at, part) => at.flatMap(alternatives).flatMap((json) => childOf(json, part)), [root])
    .flatMap(alternatives);
}

function childOf(json: Json, part: PropertyKey): readonly Json[] {
  const child =
    typeof part === "number"
      ? Array.isArray(json.items)
        ? json.items[part]
        : json.items
      : (json.properties?.[String(part)] ?? json.additionalProperties);
  return typeof child === "object" && !Array.isArray(child) ? [child as Json] : [];
}

/** Whether the constants of a member of a union are those of the value. */
export const fits = ({ properties = {} }: Json, value: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(properties).every(
    ([key, of]) => typeof of !== "object" || of.const === undefined || of.const === value[key],
  );

/** What a value may be: each member of a union, or the schema itself. */
export const alternatives = (json: Json): readonly Json[] =>
  [...(json.anyOf ?? []), ...(json.oneOf ?? [])].flatMap(alternatives).concat(json.anyOf || json.oneOf ? [] : json);

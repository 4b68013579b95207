import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { parse } from "yaml";
import { z } from "zod";
import { alternatives } from "../../config/problem.ts";
import { type PlainKey, plainKeys, SECRET_KEYS, secretSentences } from "../../config/schema.ts";
import { configSection } from "./pulumi-yaml.ts";

/** `docs/configuration.md`: every key, every field of it, what it may be and what it is by default, written from the schema. */

type Json = z.core.JSONSchema.BaseSchema;

/** Where the fields of a key are explained one by one, so that this page only leads there. */
const FIELDS_ELSEWHERE: Readonly<Partial<Record<PlainKey, string>>> = {
  services: "services.md",
  postgres: "existing-stores.md",
  redis: "existing-stores.md",
  rabbitmq: "existing-stores.md",
};

/** The page that explains a key. */
export const PAGE_OF: Readonly<Partial<Record<PlainKey, string>>> = {
  ...FIELDS_ELSEWHERE,
  alerts: "dashboards.md#who-is-notified",
  backend: "backends.md",
  budget: "cost.md#a-budget",
  collector: "topologies.md",
  containerLogs: "container-logs.md",
  content: "dashboards.md#add-your-own-a-content-pack",
  datadog: "backends.md",
  deployment: "swarm.md",
  dockerHost: "engines.md#an-engine-on-another-machine",
  drive: "verify.md#what-must-arrive",
  elastic: "backends.md",
  expected: "outages.md#how-long",
  extraBackends: "move-backend.md",
  grafanaCloud: "backends.md",
  guard: "release-guard.md",
  honeycomb: "backends.md",
  limits: "cost.md#limits",
  metrics: "cost.md#what-bounds-the-series-and-what-does-not",
  newRelic: "backends.md",
  objectives: "dashboards.md#objectives",
  otlp: "backends.md",
  outageBudget: "outages.md#how-long",
  ownImages: "deploy.md#own-images-from-a-registry",
  privacy: "privacy.md#settings",
  profiles: "profiles.md",
  sampling: "sampling.md",
  swarm: "swarm.md",
  traffic: "cost.md#say-what-a-month-looks-like",
};

const HEAD = `# Every configuration key

Written from \`config/\` by a test; do not edit it: \`UPDATE_GOLDEN=1 npx vitest run test/unit/config\`. The keys that most stacks need are in the
[README](../README.md#configuration).

Set a key by \`pulumi config set <key> <value>\`, a field of an object by \`pulumi config set --path <key>.<field> <value>\`, a secret by
\`pulumi config set --secret <key>\`. In \`Pulumi.<stack>.yaml\` a key is written \`game-scheduler-otel:<key>\`. A key or field that does not exist, or a value that is
not allowed, is refused at preview by one sentence that says what is.

Durations are a number with its unit: \`500ms\`, \`30s\`, \`90m\`, \`2h\`, \`1d\`. An *address* is one with \`http://\` or \`https://\`.
`;

const DURATION = String.raw`^\d{1,9}(\.\d{1,9})?(ms|s|m|h|d)$`;

export function configurationPage(): string {
  const { config } = parse(configSection()) as { config: Record<string, { default: unknown; description: string }> };
  const keys = Object.keys(plainKeys) as readonly PlainKey[];
  const shapes = new Map(
    keys.map((key) => [key, z.toJSONSchema(plainKeys[key], { io: "input", unrepresentable: "any" })]),
  );
  const hasFields = (key: PlainKey) => FIELDS_ELSEWHERE[key] === undefined && fieldsOf(shapes.get(key)).length > 0;
  const single = keys
    .filter((key) => !hasFields(key))
    .map((key) => {
      const page = PAGE_OF[key];
      const sentence = `${config[key]?.description}${page === undefined ? "" : ` More: [${page.split("#")[0]}](${page})`}`;
      return row([`\`${key}\``, values(shapes.get(key) ?? {}), standard(config[key]?.default), sentence]);
    });
  const objects = keys.filter(hasFields).map((key) => {
    const page = PAGE_OF[key];
    const fields = fieldsOf(shapes.get(key)).map(({ path, shape }) =>
      row([`\`${key}.${path}\``, values(shape), standard(shape.default), docOf(key, path)]),
    );
    return [
      `### ${key}`,
      "",
      `${config[key]?.description}${page === undefined ? "" : ` More: [${page.split("#")[0]}](${page}).`}`,
      "",
      ...TABLE,
      ...fields,
    ].join("\n");
  });
  const secrets = SECRET_KEYS.map((key) => row([`\`${key}\``, `${secretSentences[key]}.`]));
  return [
    HEAD,
    "## Keys with one value",
    "",
    ...TABLE,
    ...single,
    "",
    "## Keys with fields",
    "",
    objects.join("\n\n"),
    "",
    "## Secrets",
    "",
    `\`secrets\`: ${config.secrets?.description}`,
    "",
    "| key | meaning |",
    "|---|---|",
    ...secrets,
    "",
  ].join("\n");
}

const TABLE = ["| key | allowed | default | meaning |", "|---|---|---|---|"];
const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

/** Every field of an object, those of objects inside it by their path. */
function fieldsOf(json: Json | undefined, prefix = ""): readonly { readonly path: string; readonly shape: Json }[] {
  return Object.entries(json?.properties ?? {}).flatMap(([name, of]) => {
    const shape = of as Json;
    const inner = fieldsOf(shape, `${prefix}${name}.`);
    return inner.length > 0 ? inner : [{ path: `${prefix}${name}`, shape }];
  });
}

/** What may be typed, in words. */
function values(json: Json): string {
  const choices = alternatives(json);
  if (choices.length > 1) return [...new Set(choices.map(values))].join(", or ");
  const [one = json] = choices;
  if (one.const === "") return "nothing";
  if (one.const !== undefined) return `\`${String(one.const)}\``;
  if (Array.isArray(one.enum)) return one.enum.map((value) => `\`${String(value)}\``).join(", ");
  if (one.pattern === DURATION) return "duration";
  if (one.type === "boolean") return "`true`, `false`";
  if (one.type === "integer" || one.type === "number") return range(one);
  if (one.type === "array") return "list";
  return one.type === "object" ? "object" : "text";
}

function range({ type, minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Json): string {
  const word = type === "integer" ? "whole number" : "number";
  const safe = (bound: number | undefined) =>
    Math.abs(bound ?? Infinity) < Number.MAX_SAFE_INTEGER ? bound : undefined;
  const [from, to] = [safe(minimum), safe(maximum)];
  if (from !== undefined && to !== undefined) return `${word}, ${from} to ${to}`;
  if (from !== undefined) return `${word} from ${from} on`;
  if (exclusiveMinimum === 0)
    return `${word} above 0${exclusiveMaximum === undefined && to === undefined ? "" : `, at most ${to ?? exclusiveMaximum}`}`;
  return word;
}

function standard(value: unknown): string {
  if (value === undefined || value === "") return "";
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

/** The docstring of a field, from the source: what a person reads here is what a person reads there. */
function docOf(key: PlainKey, path: string): string {
  const found = docs().get(`${key}.${path.split(".").at(-1)}`);
  if (found === undefined || found === "")
    throw new Error(`config/: ${key}.${path} has no docstring: put one before it.`);
  return found;
}

const SOURCES = ["schema.ts", "backends.ts", "alerts.ts", "guard.ts", "own-images.ts", "swarm.ts"];
let known: ReadonlyMap<string, string> | undefined;

/** Docstrings of the fields of every shape that is called as its key, by `key.field`. */
function docs(): ReadonlyMap<string, string> {
  known ??= new Map(SOURCES.flatMap((name) => docsIn(join(import.meta.dirname, "../../config", name))));
  return known;
}

function docsIn(path: string): readonly (readonly [string, string])[] {
  const text = readFileSync(path, "utf8");
  const found: (readonly [string, string])[] = [];
  const visit = (node: ts.Node, shape: string | undefined): void => {
    const within = ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) ? node.name.text : shape;
    if (within !== undefined && ts.isPropertyAssignment(node)) {
      const comment = ts.getLeadingCommentRanges(text, node.pos)?.at(-1);
      if (comment) found.push([`${within}.${node.name.getText()}`, words(text.slice(comment.pos, comment.end))]);
    }
    ts.forEachChild(node, (child) => visit(child, within));
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true), undefined);
  return found;
}

/** The words of a docstring; an ordinary comment is for whoever works on the code. */
const words = (comment: string): string =>
  comment.startsWith("/**")
    ? comment
        .slice(3, -2)
        .replace(/^\s*\*/gm, "")
        .replaceAll(/\s+/g, " ")
        .trim()
    : "";

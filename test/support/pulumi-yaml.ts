import { Document } from "yaml";
import { z } from "zod";
import { alternatives, fits } from "../../config/problem.ts";
import { plainKeys, secretSentences } from "../../config/schema.ts";

/** Pulumi's names of types, by JSON schema's. */
const TYPES: Readonly<Record<string, string>> = { integer: "integer", boolean: "boolean", array: "array" };

/** `Pulumi.yaml` with the keys of the schema: what is above `config:` stays, what is below is written anew. */
export const withKeys = (text: string): string => text.replace(/\nconfig:\n[\s\S]*$/, () => `\n${configSection()}`);

/**
 * The part of `Pulumi.yaml` below `config:`, written from the schema, so that a key is said once. Pure.
 *
 * A secret key is an empty string by default and not declared secret: declared so, the CLI refuses the default of an unset key as
 * "must be encrypted" (seen with 3.260). The program itself knows which keys are secret.
 */
export function configSection(): string {
  const document = new Document({});
  // the formatter breaks a line that is longer
  const flow = (value: unknown) => document.createNode(value, { flow: JSON.stringify(value ?? "").length <= 100 });
  const plain = Object.entries(plainKeys).map(([key, schema]) => {
    const { type, items, value, description } = keyOf(schema);
    return [
      key,
      {
        ...(type && { type }),
        ...(items && { items: flow(items) }),
        default: flow(value),
        description: `${description}.`,
      },
    ];
  });
  const secret = Object.entries(secretSentences).map(([key, sentence]) => [
    key,
    { type: "string", default: "", description: `${sentence}.` },
  ]);
  const own = ["secrets", { type: "object", default: flow({}), description: `${SECRETS}.` }];
  document.set("config", document.createNode(Object.fromEntries([...plain, own, ...secret])));
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

const SECRETS =
  "Secrets of the application, by name; a service's env names them as {secret.<name>}. Set with pulumi config set --secret --path 'secrets.<name>'";

interface PulumiKey {
  /** Absent where a value may be a text or an object: the CLI knows no type for that, and checks nothing without one. */
  readonly type?: string;
  readonly items?: { readonly type: string };
  /** The default as a person would write it. */
  readonly value: unknown;
  readonly description: string;
}

function keyOf(schema: z.ZodType): PulumiKey {
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  const isObject = alternatives(json).some(({ type }) => type === "object");
  const isMixed = isObject && alternatives(json).some(({ type }) => type !== "object");
  const type = TYPES[String(json.type)] ?? (isObject ? "object" : "string");
  return {
    ...(!isMixed && { type }),
    ...(type === "array" && { items: { type: itemType(json.items) } }),
    value: isObject ? { ...defaultsOf(json, json.default), ...object(json.default) } : json.default,
    description: schema.description ?? "",
  };
}

type Json = z.core.JSONSchema.BaseSchema;

const itemType = (items: Json["items"]): string =>
  typeof items === "object" && !Array.isArray(items) && items.type === "object" ? "object" : "string";

/** Defaults of an object's own keys; of alternatives, the one that the default itself chooses. */
function defaultsOf(json: Json, chosen: unknown): Readonly<Record<string, unknown>> {
  const objects = alternatives(json).filter(({ type }) => type === "object");
  const properties = objects.find((one) => fits(one, object(chosen)))?.properties ?? {};
  return Object.fromEntries(
    Object.entries(properties).flatMap(([key, of]) =>
      typeof of === "object" && of.default !== undefined ? [[key, of.default]] : [],
    ),
  );
}

const object = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

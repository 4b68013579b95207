import { isMapping } from "../../../formats/mapping.ts";
import { type Component, componentId, type Role } from "../../component.ts";
import { isComponentRef, isEnvRef, isSecretFileRef, isSecretRef, secretPath } from "../../reference.ts";
import { type Attribute, type Block, type Body, expression, type Value } from "./syntax.ts";

/** A component of Alloy before it is known where its data goes. */
export interface Part {
  /** `otelcol.processor.batch`. */
  readonly kind: string;
  readonly body: Body;
}

/** Names of Alloy's components by the collector's, where it has a counterpart that takes the same settings. */
const COUNTERPARTS: Readonly<Record<Role, Readonly<Record<string, string>>>> = {
  receiver: {
    otlp: "otelcol.receiver.otlp",
    nginx: "otelcol.receiver.nginx",
    prometheus: "otelcol.receiver.prometheus",
  },
  processor: {
    memory_limiter: "otelcol.processor.memory_limiter",
    batch: "otelcol.processor.batch",
    filter: "otelcol.processor.filter",
    transform: "otelcol.processor.transform",
    resource: "otelcol.processor.transform",
    redaction: "otelcol.processor.redaction",
    tail_sampling: "otelcol.processor.tail_sampling",
    probabilistic_sampler: "otelcol.processor.probabilistic_sampler",
    cumulativetodelta: "otelcol.processor.cumulativetodelta",
  },
  connector: { spanmetrics: "otelcol.connector.spanmetrics", servicegraph: "otelcol.connector.servicegraph" },
  exporter: { otlphttp: "otelcol.exporter.otlphttp" },
  extension: { file_storage: "otelcol.storage.file", basicauth: "otelcol.auth.basic" },
};

/** @throws Error for a component that Alloy cannot have: configuration that needs one is refused before. */
export function counterpart(role: Role, component: Component): string {
  const name = COUNTERPARTS[role][component.kind];
  if (name === undefined) throw new Error(`Grafana Alloy has no counterpart of the ${role} ${componentId(component)}.`);
  return name;
}

/** Letters, digits and underscores: what a label of Alloy may be. */
export const labelOf = (text: string): string => text.replaceAll(/[^A-Za-z0-9_]/g, "_");

export const extensionLabel = ({ kind, name = kind }: { readonly kind: string; readonly name?: string }): string =>
  labelOf(name);

/** The component that reads a secret's file and hides its content. */
export const secretLabel = (secret: string): string => labelOf(secret);

/** What it has read, as an expression. */
export const secretContent = (secret: string): string => `local.file.${secretLabel(secret)}.content`;

/** A setting's value. A secret becomes a reference that stays hidden, for arguments that take one. */
export function settingOf(value: unknown): Value {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (isSecretRef(value) && value.prefix === undefined) return expression(secretContent(value.secret));
  if (isSecretFileRef(value)) return secretPath(value.secretFile);
  if (isEnvRef(value)) return expression(`sys.env(${JSON.stringify(value.env)})`);
  if (Array.isArray(value)) return value.map(settingOf);
  if (isMapping(value)) return new Map(Object.entries(value).map(([key, item]) => [key, settingOf(item)]));
  throw new Error(`A setting of type ${typeof value} cannot be written for Alloy.`);
}

/** For arguments that take a text only, such as an address that is known after its backend: no secret in the proper sense. */
export const textOf = (value: unknown): Value =>
  isSecretRef(value) ? expression(`convert.nonsensitive(${secretContent(value.secret)})`) : settingOf(value);

const isPlainObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isMapping(value) && !isSecretRef(value) && !isSecretFileRef(value) && !isEnvRef(value) && !isComponentRef(value);

interface Reading {
  /** Objects that Alloy takes as an attribute instead of a block. */
  readonly objects?: readonly string[];
  /** Lists that Alloy takes as a block for each item, with the block's name. */
  readonly repeated?: Readonly<Record<string, string>>;
}

/** Settings whose keys are Alloy's own: an object is a block. */
export function bodyOf(settings: object, { objects = [], repeated = {} }: Reading = {}): Body {
  const attributes: Attribute[] = [];
  const blocks: Block[] = [];
  for (const [name, value] of Object.entries(settings)) {
    const block = repeated[name];
    if (value === undefined) continue;
    if (block !== undefined) blocks.push(...(value as object[]).map((item) => ({ block, body: bodyOf(item) })));
    else if (isPlainObject(value) && !objects.includes(name)) blocks.push({ block: name, body: bodyOf(value) });
    else attributes.push({ name, value: settingOf(value) });
  }
  return { attributes, blocks };
}

/**
 * Property values as they travel between a Pulumi program and its engine: JSON, plus a few marked shapes for what JSON cannot say
 * (a secret, a value not known yet, a reference to a resource, a file). The marks are fixed by Pulumi's wire protocol.
 */
export type PropertyValue =
  | null
  | boolean
  | number
  | string
  | readonly PropertyValue[]
  | { readonly [key: string]: PropertyValue };

/** Inputs or outputs of a resource, by property. */
export type PropertyMap = Readonly<Record<string, PropertyValue>>;

/** Stands for "known only after `pulumi up`". */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";

/** A value that is marked as secret. */
export type SecretValue = { readonly [SIGNATURE_KEY]: string; readonly value: PropertyValue };

/** Also true of the marked shapes: ask `isSecret` first where they matter. */
export function isMap(value: PropertyValue | undefined): value is { readonly [key: string]: PropertyValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The map itself; an empty one for anything else. */
export const mapOf = (value: PropertyValue | undefined): PropertyMap => (isMap(value) ? value : {});

/** The maps of a list; an empty list for anything else. */
export const mapsOf = (value: PropertyValue | undefined): readonly PropertyMap[] =>
  isList(value) ? value.filter(isMap) : [];

/** The text itself; an empty one for anything else. */
export const textOf = (value: PropertyValue | undefined): string => (typeof value === "string" ? value : "");

export function isList(value: PropertyValue | undefined): value is readonly PropertyValue[] {
  return Array.isArray(value);
}

/** Whether the value is known only after `pulumi up`. */
export function isUnknown(value: PropertyValue | undefined): boolean {
  return value === UNKNOWN;
}

export function isSecret(value: PropertyValue | undefined): value is SecretValue {
  return isMap(value) && value[SIGNATURE_KEY] === SECRET_SIGNATURE;
}

/** The value marked as secret, once. */
export function asSecret(value: PropertyValue): PropertyValue {
  return isSecret(value) ? value : { [SIGNATURE_KEY]: SECRET_SIGNATURE, value };
}

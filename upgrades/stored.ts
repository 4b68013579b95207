import { createHash } from "node:crypto";
import { asSecret, isList, isMap, isSecret, type PropertyMap, type PropertyValue } from "../offline/properties.ts";
import type { Recording, Registration, RegistrationOptions } from "../offline/registration.ts";
import { unwrap } from "../offline/secrets.ts";

/** A longer text is stored as its digest: whether it changed is all that an upgrade needs to know. */
const LONGEST = 80;

/** As much of a recording as an upgrade is judged by: no outputs, long texts and secrets as digests. Made of recordings with dummy secrets only. */
export function stored({ registrations }: Pick<Recording, "registrations">): readonly Registration[] {
  return registrations.map(({ urn, type, name, parent, custom, inputs, options }) => ({
    urn,
    type,
    name,
    parent,
    custom,
    id: "",
    outputs: {},
    inputs: custom ? digestedMap(inputs) : {},
    options: decisive(options),
  }));
}

/** Of its options those that decide about what is there already, and those that find it. */
function decisive(options: RegistrationOptions): RegistrationOptions {
  const { protect, retainOnDelete, propertyDependencies, ignoreChanges, replaceOnChanges, aliases } = options;
  return {
    ...(protect && { protect }),
    ...(retainOnDelete && { retainOnDelete }),
    ...(propertyDependencies && { propertyDependencies }),
    ...(ignoreChanges && { ignoreChanges }),
    ...(replaceOnChanges && { replaceOnChanges }),
    ...(aliases && { aliases }),
  };
}

const digestedMap = (map: PropertyMap): PropertyMap =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, digested(value)]));

function digested(value: PropertyValue): PropertyValue {
  if (isSecret(value)) return asSecret(digest(JSON.stringify(unwrap(value))));
  if (isList(value)) return value.map(digested);
  if (isMap(value)) return digestedMap(value);
  return typeof value === "string" && value.length > LONGEST ? digest(value) : value;
}

const digest = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;

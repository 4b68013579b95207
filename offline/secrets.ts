import { MASK } from "../cli/mask.ts";
import { isList, isMap, isSecret, type PropertyValue } from "./properties.ts";

export { asSecret, isSecret } from "./properties.ts";

/** The plain value: every secret wrapper inside is opened. For code that must use secrets, never for code that prints. */
export function unwrap(value: PropertyValue): PropertyValue {
  if (isSecret(value)) return unwrap(value.value);
  return mapChildren(value, unwrap);
}

/** The same value with every secret, however deep, replaced by `[secret]`. */
export function maskSecrets(value: PropertyValue): PropertyValue {
  if (isSecret(value)) return MASK;
  return mapChildren(value, maskSecrets);
}

/** Whether a secret is anywhere inside the value. */
export function containsSecret(value: PropertyValue | undefined): boolean {
  if (value === undefined) return false;
  if (isSecret(value)) return true;
  if (isList(value)) return value.some(containsSecret);
  return isMap(value) && Object.values(value).some(containsSecret);
}

function mapChildren(value: PropertyValue, transform: (child: PropertyValue) => PropertyValue): PropertyValue {
  if (isList(value)) return value.map(transform);
  if (isMap(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, transform(item)]));
  return value;
}

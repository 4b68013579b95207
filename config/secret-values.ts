import { isMapping } from "../formats/mapping.ts";
import { pathText, shown } from "./problem.ts";
import type { SecretKey } from "./schema.ts";
import type { Settings } from "./settings.ts";
import { unusedSecret } from "./stores.ts";
import { hasControl, isUrl } from "./values.ts";

/** What is wrong with a secret, and where it is stored. Pure; no sentence repeats a secret. */

/** Keys whose value is a file in PEM, with line breaks. */
const PEM = /Certificate$|ClientKey$/;

/** Begins what stands in for a secret in a preview without one. */
export const DUMMY = "dummy-secret-";

/** Sentences about one secret key; empty where it is not set. */
export function secretProblems(key: SecretKey, { values, secretKeys, stack }: Settings): readonly string[] {
  const value = values[key];
  if (value === undefined || value === "") return [];
  if (!secretKeys.has(key)) return [plainText(key, `pulumi config set --secret ${key}`, stack)];
  if (value.startsWith(DUMMY)) return [];
  const unused = unusedSecret(key, values);
  if (unused !== undefined) return [unused];
  const mend = `Set it again with: pulumi config set --secret ${key}`;
  if (PEM.test(key))
    return value.startsWith("-----BEGIN ") ? [] : [`${key}: is not PEM, which begins with -----BEGIN. ${mend}`];
  if (hasControl(value))
    return [`${key}: holds a line break or a control character, which no header can carry. ${mend}`];
  // Alertmanager trims what it reads from a file.
  const isKeptAsItIs = key.endsWith("Password") && key !== "smtpPassword";
  if (value !== value.trim() && !isKeptAsItIs) return [`${key}: begins or ends with white space. ${mend}`];
  if (key.endsWith("Webhook") && !isUrl(value, ["http:", "https:"]))
    return [`${key}: is not an address that begins with https:// and has a host. ${mend}`];
  return [];
}

export const SECRET_NAME = "lower-case letters, digits and dashes, at most 64";
export const isSecretName = (name: string): boolean => /^[a-z][a-z0-9-]{0,63}$/.test(name);

/** A service's own secrets, by the name that `{secret.<name>}` says. */
export function ownSecrets({ values, secretKeys, stack }: Settings): {
  readonly values: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
} {
  const text = values.secrets;
  if (text === undefined || text === "" || text === "{}") return { values: {}, problems: [] };
  const found = record(text);
  const mend = "pulumi config set --secret --path 'secrets.<name>'";
  if (found === undefined)
    return { values: {}, problems: [`secrets: is not an object of names and secrets. Set each with: ${mend}`] };
  if (!secretKeys.has("secrets")) return { values: {}, problems: [plainText("secrets", mend, stack)] };
  const problems = Object.entries(found).flatMap(([name, value]) => {
    const again = `Set it again with: pulumi config set --secret --path 'secrets.${name}'`;
    if (!isSecretName(name)) return [`secrets: ${shown(name)} cannot be a name here. Expected: ${SECRET_NAME}`];
    const path = pathText(["secrets", name]);
    if (typeof value !== "string" || value === "") return [`${path}: is not a text, or empty. ${again}`];
    return value.includes("\0") ? [`${path}: holds a NUL character, which no environment can carry. ${again}`] : [];
  });
  return { values: problems.length === 0 ? (found as Record<string, string>) : {}, problems };
}

export const plainText = (key: string, mend: string, stack: string): string =>
  `${key}: is a secret in plain text: everyone who reads Pulumi.${stack}.yaml has it. Encrypt it with: ${mend} (it asks for the value), and replace the secret if the file was ever committed`;

function record(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isMapping(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** References in place of values that must not, or cannot yet, be written into a rendered configuration. */

/** The name of a secret file; the deployment puts its content at `secretPath(secret)` inside the collector. */
export interface SecretRef {
  readonly secret: string;
  /** Text in front of the secret in the same value, such as `ApiKey `. Default: nothing. */
  readonly prefix?: string;
}

/** A secret handed over as the path of its file (certificates, keys), for settings that read the file themselves. */
export interface SecretFileRef {
  readonly secretFile: string;
}

/** An environment variable of the collector's container. */
export interface EnvRef {
  readonly env: string;
}

/** Another component, by its canonical id; the renderer writes the id the target version knows. */
export interface ComponentRef {
  readonly component: string;
}

export type Reference = SecretRef | SecretFileRef | EnvRef | ComponentRef;

/** Folder of the collector's container in which every secret is a file of its own. */
export const SECRETS_FOLDER = "/run/secrets";

export function secretPath(name: string): string {
  return `${SECRETS_FOLDER}/${name}`;
}

export function isSecretRef(value: unknown): value is SecretRef {
  return hasString(value, "secret");
}

export function isSecretFileRef(value: unknown): value is SecretFileRef {
  return hasString(value, "secretFile");
}

export function isEnvRef(value: unknown): value is EnvRef {
  return hasString(value, "env") && Object.keys(value).length === 1;
}

export function isComponentRef(value: unknown): value is ComponentRef {
  return hasString(value, "component") && Object.keys(value).length === 1;
}

/** Names of all secrets referenced anywhere inside a value. */
export function secretsIn(value: unknown): ReadonlySet<string> {
  if (isSecretRef(value)) return new Set([value.secret]);
  if (isSecretFileRef(value)) return new Set([value.secretFile]);
  if (typeof value !== "object" || value === null) return new Set();
  return new Set(Object.values(value).flatMap((item: unknown) => [...secretsIn(item)]));
}

function hasString<K extends string>(value: unknown, key: K): value is Record<K, string> {
  return typeof value === "object" && value !== null && key in value && typeof Reflect.get(value, key) === "string";
}

import { isList, isSecret, type PropertyValue } from "../properties.ts";
import { containsSecret, unwrap } from "../secrets.ts";

/**
 * The variables of the env file: every secret of the Compose project, by a name that says where it is used. A secret enters
 * compose.yaml only as a reference, `${NAME:?}`, which Compose refuses to run without.
 */
export class Variables {
  readonly #values = new Map<string, string>();

  /** Text for compose.yaml: a reference when any part of the value is secret, else the text with `$` escaped. */
  text(value: PropertyValue, hint: string): string {
    const plain = openedText(value);
    return containsSecret(value) ? `\${${this.keep(plain, hint)}:?}` : escapeDollars(plain);
  }

  /** Keeps a secret and gives the name of its variable. */
  keep(secret: string, hint: string): string {
    const base = `SECRET_${hint
      .replace(/[^A-Za-z0-9]+/g, "_")
      .replace(/^_|_$/g, "")
      .toUpperCase()}`;
    let name = base;
    for (let count = 2; this.#values.has(name) && this.#values.get(name) !== secret; count += 1)
      name = `${base}_${count}`;
    this.#values.set(name, secret);
    return name;
  }

  values(): ReadonlyMap<string, string> {
    return this.#values;
  }
}

/** Compose replaces `$NAME` in every string of its file; `$$` is one dollar. */
export function escapeDollars(text: string): string {
  return text.replaceAll("$", "$$$$");
}

/** A text with its secrets opened; anything else as JSON. */
export function openedText(value: PropertyValue): string {
  const plain = unwrap(value);
  return typeof plain === "string" ? plain : JSON.stringify(plain);
}

/** Items of a list, also of one that is secret as a whole. */
export function itemsOf(value: PropertyValue | undefined): readonly PropertyValue[] {
  if (value === undefined || value === null) return [];
  if (isSecret(value)) return itemsOf(value.value);
  return isList(value) ? value : [value];
}

/** Without what is undefined. */
export function present(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/**
 * A file for `docker compose --env-file`. Values are in double quotes with Compose's own escapes, the one form that can say every text:
 * in single quotes a value that ends in a backslash cannot be written.
 */
export function renderDotenv(variables: ReadonlyMap<string, string>): string {
  const lines = [...variables].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${quoted(value)}`);
  return `${["# Secrets of the Compose project. Keep this file to yourself.", ...lines].join("\n")}\n`;
}

function quoted(value: string): string {
  if (value.includes("\0"))
    throw new Error("A secret contains a NUL character, which no environment variable can hold.");
  const escaped = value
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("$", "\\$")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r");
  return `"${escaped}"`;
}

import type { SecretBook } from "./secrets.ts";

/** Commands hold no secret in a stack file: what is one is given by a variable, which a shell fills in. Pure. */

export interface Words {
  readonly words: readonly string[];
  /** Variables that the words need, with the references to their texts; empty where nothing was secret. */
  readonly env: Readonly<Record<string, string>>;
}

/** Options whose next word is a secret. */
const SECRET_OPTION = /^(--?(requirepass|masterauth|password|passwd|pass|secret|secret-key|token|api-key|auth))$/;
const SECRET_ASSIGNMENT = /^(--?(?:[\w-]*(?:password|passwd|secret|token|api-key)))=(.+)$/;
const LOGIN = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/?#@]*:)([^\s/?#@$]+(?=@[^\s@]*$)|(?!\d{1,5}[/?#])[^\s"',;$]+)(@)/i;
/** Shorter ones are words that occur by chance. */
const SHORTEST = 6;

/** Words without secrets: the same where there are none, else a shell that runs them. */
export function withoutSecrets(words: readonly string[], service: string, secrets: SecretBook): Words {
  const found = new Map<string, string>();
  const written = words.map((word, i) => {
    const secret = secretIn(word, words[i - 1], secrets);
    if (secret === undefined) return quoted(word);
    const variable = variableFor(secret, found, service);
    const at = word.lastIndexOf(secret);
    return `${quotedPart(word.slice(0, at))}"$${variable}"${quotedPart(word.slice(at + secret.length))}`;
  });
  if (found.size === 0) return { words, env: {} };
  return { words: ["sh", "-c", `exec ${written.join(" ")}`], env: referencesTo(found, service, secrets) };
}

/** A shell's text without secrets. */
export function scriptWithoutSecrets(script: string, service: string, secrets: SecretBook) {
  const found = new Map<string, string>();
  let text = script;
  for (const secret of secrets.texts.filter(({ length }) => length >= SHORTEST)) {
    if (!text.includes(secret)) continue;
    const variable = variableFor(secret, found, service);
    text = text
      .replaceAll(`'${secret}'`, `"$${variable}"`)
      .replaceAll(secret, (_, at: number, whole: string) =>
        insideDoubleQuotes(whole.slice(0, at)) ? `$\{${variable}}` : `"$${variable}"`,
      );
  }
  return { script: text, env: referencesTo(found, service, secrets) };
}

function secretIn(word: string, before: string | undefined, secrets: SecretBook): string | undefined {
  if (before !== undefined && SECRET_OPTION.test(before) && !word.startsWith("-")) return word;
  const [, , assigned] = SECRET_ASSIGNMENT.exec(word) ?? [];
  const [, , login] = LOGIN.exec(word) ?? [];
  return assigned ?? login ?? secrets.texts.find((text) => text.length >= SHORTEST && word.includes(text));
}

function variableFor(secret: string, found: Map<string, string>, service: string): string {
  const known = found.get(secret);
  if (known !== undefined) return known;
  const base = `ADOPTED_${service.toUpperCase().replace(/[^A-Z0-9]+/g, "_")}_SECRET`;
  const name = found.size === 0 ? base : `${base}_${found.size + 1}`;
  found.set(secret, name);
  return name;
}

const referencesTo = (found: ReadonlyMap<string, string>, service: string, secrets: SecretBook) =>
  Object.fromEntries([...found].map(([text, variable]) => [variable, secrets.known(text, `${service}-secret`)]));

const quotedPart = (text: string): string => (text === "" ? "" : quoted(text));

/** A word as a shell reads it back. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;

const insideDoubleQuotes = (before: string): boolean => (before.replace(/\\./g, "").split('"').length - 1) % 2 === 1;

import { isSecretVariable } from "../policy/rules/secrets.ts";
import { isScript } from "./program-words.ts";
import type { SecretBook } from "./secrets.ts";

/** Commands hold no secret in a stack file: what is one is given by a variable, which a shell fills in. Pure. */

export interface Words {
  readonly words: readonly string[];
  /** Variables that the words need, with the references to their texts; empty where nothing was secret. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether a shell stands in front of the words, of which they are one now. */
  readonly wrapped?: true;
}

/** Options whose next word is a secret. */
const SECRET_OPTION =
  /^--?(requirepass|masterauth|pass|auth|([\w.-]+[-_.])?(password|passwd|secret|token|api[-_]?key|secret[-_]?key|access[-_]?key))$/i;
/** `--password=…`, and `NAME=…` of a variable that an option sets. */
const ASSIGNMENT = /^-{0,2}([A-Za-z][\w.-]*)=(.+)$/;
const LOGIN = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/?#@]*:)([^\s/?#@$]+(?=@[^\s@]*$)|(?!\d{1,5}[/?#])[^\s"',;$]+)(@)/i;
/** A secret as it is in a script, quoted or not; what a shell fills in is none. */
const TEXT = String.raw`(?:"([^"$\`\\]+)"|'([^']+)'|([^\s"'$\`;|&<>()\\-][^\s"'$\`;|&<>()\\]*)(?=[\s"';|&<>)]|$))`;
/** Where a script has one, whatever its text: behind an option, assigned to a variable, or in the way of a program of databases. */
const IN_SCRIPT: readonly RegExp[] = [
  String.raw`((?:^|\s)--?(?:[\w-]*(?:password|passwd|secret|secret-key|token|api-key)|requirepass|masterauth)(?:=|\s+))`,
  String.raw`((?:^|[\s;&|(])(?:export\s+)?[A-Z_]*(?:PASSWORD|PASSWD|SECRET|TOKEN|API_KEY|PGPASS)=)`,
  String.raw`(\b(?:redis|valkey|keydb)-cli\b[^;&|\n]*?\s-a\s+)`,
  String.raw`(\b(?:mysql|mariadb)(?:admin|-admin|dump|-dump)?\b[^;&|\n]*?\s-p)`,
].map((before) => new RegExp(before + TEXT, "g"));
/** Shorter ones are words that occur by chance. */
const SHORTEST = 6;

/** Words without secrets: a shell's script reads the variable itself, other words need a shell that fills it in. */
export function withoutSecrets(words: readonly string[], service: string, secrets: SecretBook): Words {
  const found = new Map<string, string>();
  const scripted = words.map((word, i) => (isScript(words, i) ? scriptOf(word, service, found, secrets) : word));
  let needsShell = false;
  const written = scripted.map((word, i) => {
    const secret = isScript(words, i) ? undefined : secretIn(word, words[i - 1], secrets);
    if (secret === undefined) return quoted(word);
    needsShell = true;
    const variable = variableFor(secret, found, service);
    const at = word.lastIndexOf(secret);
    return `${quotedPart(word.slice(0, at))}"$${variable}"${quotedPart(word.slice(at + secret.length))}`;
  });
  const env = referencesTo(found, service, secrets);
  return needsShell
    ? { words: ["sh", "-c", `exec ${written.join(" ")}`], env, wrapped: true }
    : { words: scripted, env };
}

/** A shell's text without secrets. */
export function scriptWithoutSecrets(script: string, service: string, secrets: SecretBook) {
  const found = new Map<string, string>();
  return { script: scriptOf(script, service, found, secrets), env: referencesTo(found, service, secrets) };
}

function scriptOf(script: string, service: string, found: Map<string, string>, secrets: SecretBook): string {
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
  for (const pattern of IN_SCRIPT)
    text = text.replace(pattern, (whole: string, before: string, ...parts: readonly unknown[]) => {
      const [double, single, bare] = parts as readonly (string | undefined)[];
      const secret = double ?? single ?? bare ?? "";
      if (secret === "") return whole;
      const at = Number(parts[3]);
      const variable = variableFor(secret, found, service);
      return insideDoubleQuotes(text.slice(0, at)) ? `${before}$\{${variable}}` : `${before}"$${variable}"`;
    });
  return text;
}

function secretIn(word: string, before: string | undefined, secrets: SecretBook): string | undefined {
  if (before !== undefined && SECRET_OPTION.test(before) && !word.startsWith("-")) return word;
  const [, name = "", text = ""] = ASSIGNMENT.exec(word) ?? [];
  const isCalledSecret = /(password|passwd|secret|token|api-?key)$/i.test(name) && !text.startsWith("$");
  const assigned = isCalledSecret || isSecretVariable(name, text) ? text : undefined;
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

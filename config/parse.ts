import type { z } from "zod";
import { formerKey } from "./former-keys.ts";
import { nearest } from "./nearest.ts";
import { innermost, pathText, sentencesOf, valueAt, withAt } from "./problem.ts";
import { type PlainConfig, plainKeys, SECRET_KEYS } from "./schema.ts";
import { ownSecrets, secretProblems } from "./secret-values.ts";
import type { Settings } from "./settings.ts";
import { stackRuleProblems } from "./stack-rules.ts";
import { storeAsMeant, storeKeys } from "./stores.ts";

/** The settings, judged. */
export interface Parsed {
  readonly plain: PlainConfig;
  /** Names under `secrets`, sorted. */
  readonly secretNames: readonly string[];
  /** One sentence for everything that is wrong; the rest of the answer counts only where this is empty. */
  readonly problems: readonly string[];
}

/** Keys that may hold secrets among other values; what they hold stays secret wherever it is written. */
const MIXED_KEYS: ReadonlySet<string> = new Set(["services"]);
const KEYS: readonly string[] = [...Object.keys(plainKeys), ...SECRET_KEYS, "secrets"];

/** Judges a stack's settings as a whole. Pure; the only place that knows what is valid. */
export function parseSettings(settings: Settings): Parsed {
  const { values } = settings;
  const unknown = Object.keys(values).filter((key) => !KEYS.includes(key));
  const judged = Object.entries(plainKeys).map(([key, schema]) => judge(key, schema, settings));
  const plain = Object.fromEntries(judged.map(({ key, value }) => [key, value])) as unknown as PlainConfig;
  const own = ownSecrets(settings);
  const problems = [
    ...unknown.map(unknownKey),
    ...judged.flatMap(({ problems }) => problems),
    ...SECRET_KEYS.flatMap((key) => secretProblems(key, settings)),
    ...own.problems,
  ];
  return {
    plain,
    secretNames: Object.keys(own.values).sort(),
    problems: [...problems, ...(problems.length === 0 ? stackRuleProblems(plain, settings) : [])].map(oneLine),
  };
}

function judge(key: string, schema: z.ZodType, { values, secretKeys }: Settings) {
  const text = Object.hasOwn(values, key) ? values[key] : undefined;
  const isSecret = secretKeys.has(key);
  if (isSecret && !MIXED_KEYS.has(key)) {
    const sentence = `${key}: is encrypted, but this key is written where everyone can read it. Allowed: ${[...MIXED_KEYS].join(", ")}, and the keys that Pulumi.yaml lists for secrets. Set it with: pulumi config set --plaintext ${key} <value>`;
    return { key, value: undefined, problems: [sentence] };
  }
  const typed = text === undefined ? undefined : fromText(text, schema);
  const value = Object.hasOwn(storeKeys, key) ? storeAsMeant(typed) : typed;
  const result = schema.safeParse(withTexts(schema, value));
  return result.success
    ? { key, value: result.data, problems: [] }
    : { key, value: undefined, problems: sentencesOf({ key, schema, value, secret: isSecret }, result.error.issues) };
}

/** YAML makes a number of `8000`, and the CLI of what `--path` sets. Where a text is meant it is one, unless its digits may have changed. */
function withTexts(schema: z.ZodType, given: unknown): unknown {
  const found = schema.safeParse(given).error?.issues.flatMap(innermost) ?? [];
  const isText = (value: unknown) => typeof value === "boolean" || Number.isSafeInteger(value);
  const paths = found.flatMap((issue) =>
    issue.code === "invalid_type" && issue.expected === "string" && isText(valueAt(given, issue.path))
      ? [issue.path]
      : [],
  );
  const [path] = paths;
  return path === undefined ? given : withTexts(schema, withAt(given, path, String(valueAt(given, path))));
}

/** Pulumi hands every value over as text; objects, numbers and booleans as JSON. */
function fromText(text: string, schema: z.ZodType): unknown {
  if (schema.safeParse(text).success) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function unknownKey(key: string): string {
  const former = formerKey(key);
  if (former !== undefined) return former;
  const guess = nearest(key, KEYS);
  const hint = guess === undefined ? "" : `; did you mean ${guess}?`;
  return `${pathText([key])}: no such key${hint || "."} Remove it with: pulumi config rm ${pathText([key])} (Pulumi.yaml lists every key)`;
}

/** A name that somebody typed can hold anything; a sentence stays one line. */
const oneLine = (sentence: string): string =>
  sentence.replace(/[\p{Cc}\u2028\u2029]/gu, (c) => `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`);

import { randomInt } from "node:crypto";
import type { Question } from "../answers.ts";
import type { PropertyMap } from "../properties.ts";
import { unwrap } from "../secrets.ts";

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
const DIGITS = "0123456789";
/** The provider's own set without `$`, which the collector and Compose would expand. */
const SPECIAL = "!@#%&*()-_=+[]{}<>:?";

/** Length of the text in place of an identifier that has no length (a UUID, an id). */
const DEFAULT_LENGTH = 32;

/** A random text by the rules of `random.RandomPassword`, from the system's random source. */
export function generatePassword({ name, inputs }: Pick<Question, "name" | "inputs">): string {
  const classes = [
    { characters: LOWER, use: flag(inputs, "lower"), least: count(inputs, "minLower") },
    { characters: UPPER, use: flag(inputs, "upper"), least: count(inputs, "minUpper") },
    { characters: DIGITS, use: flag(inputs, "numeric") && flag(inputs, "number"), least: count(inputs, "minNumeric") },
    { characters: special(inputs), use: flag(inputs, "special"), least: count(inputs, "minSpecial") },
  ].filter(({ use, characters }) => use && characters !== "");
  const length = Number(unwrap(inputs.length ?? DEFAULT_LENGTH));
  const required = classes.reduce((sum, { least }) => sum + least, 0);
  if (classes.length === 0 || required > length || length < 1) {
    throw new Error(`password "${name}": length ${length} cannot hold the ${required} characters its rules demand.`);
  }
  const all = classes.map(({ characters }) => characters).join("");
  const chosen = [
    ...classes.flatMap(({ characters, least }) => Array.from({ length: least }, () => pick(characters))),
    ...Array.from({ length: length - required }, () => pick(all)),
  ];
  return shuffled(chosen).join("");
}

function special(inputs: PropertyMap): string {
  const own = inputs.overrideSpecial;
  return own === undefined ? SPECIAL : String(unwrap(own)).replaceAll("$", "");
}

function flag(inputs: PropertyMap, name: string): boolean {
  return unwrap(inputs[name] ?? true) !== false;
}

function count(inputs: PropertyMap, name: string): number {
  return Number(unwrap(inputs[name] ?? 0));
}

function pick(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}

function shuffled(items: readonly string[]): readonly string[] {
  const result = [...items];
  for (let index = result.length - 1; index > 0; index -= 1) {
    const other = randomInt(index + 1);
    const [a = "", b = ""] = [result[index], result[other]];
    result[index] = b;
    result[other] = a;
  }
  return result;
}

import { isOrdinaryWord } from "../config/ordinary-word.ts";
import { SECRET_KEYS } from "../config/schema.ts";
import { isList, isMap, isSecret, type PropertyMap, type PropertyValue } from "../offline/properties.ts";
import type { Recording } from "../offline/registration.ts";
import { unwrap } from "../offline/secrets.ts";
import type { Stack } from "./rule.ts";

/** Config keys whose texts are all secret; an object of another key is secret as soon as one value in it is. */
const OWN: ReadonlySet<string> = new Set([...SECRET_KEYS, "secrets"]);

/** The configuration that a program was run with. */
export interface Given {
  /** Wire text by full key. */
  readonly config: Readonly<Record<string, string>>;
  /** Keys that hold secrets; where they are not known, those of this project. */
  readonly secretKeys?: readonly string[];
}

/** What rules see of a recorded run. */
export function stackOf({ registrations }: Pick<Recording, "registrations">, given: Given): Stack {
  const generated = registrations.flatMap(({ outputs, inputs }) => made(outputs, inputs));
  return {
    resources: registrations,
    judged: registrations,
    secrets: [...new Set([...secretsOf(given), ...generated])],
    seesRetention: true,
  };
}

/** Secret texts of a configuration, but for ordinary words: a database is often called like its password, and only the name `…_PASSWORD` tells which is which. */
export function secretsOf({ config, secretKeys = [] }: Given): readonly string[] {
  const all = Object.entries(config).flatMap(([key, text]) => {
    if (OWN.has(key.split(":").at(-1) ?? key)) return textsIn(structured(text));
    return secretKeys.includes(key) && !/^[[{]/.test(text) ? [text] : [];
  });
  return all.filter((text) => !isOrdinaryWord(text));
}

/** Secrets that a provider makes: those of the outputs that are no inputs. */
function made(outputs: PropertyMap, inputs: PropertyMap): readonly string[] {
  return Object.entries(outputs).flatMap(([key, value]) =>
    isSecret(value) && inputs[key] === undefined ? textsIn(unwrap(value)) : [],
  );
}

function structured(text: string): PropertyValue {
  if (!text.startsWith("{")) return text;
  try {
    return JSON.parse(text) as PropertyValue;
  } catch {
    return text;
  }
}

function textsIn(value: PropertyValue): readonly string[] {
  if (typeof value === "string") return [value];
  if (isList(value)) return value.flatMap(textsIn);
  return isMap(value) ? Object.values(value).flatMap(textsIn) : [];
}

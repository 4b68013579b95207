import { createHash, randomInt } from "node:crypto";
import { writeWhole } from "../../cli/whole-file.ts";
import type { GenerateSecret, Question } from "../answers.ts";
import { readIfThere } from "./private-files.ts";

const PASSWORD = "random:index/randomPassword:RandomPassword";

interface Entry {
  /** Hash of the inputs: a password with other rules is another password, as under Pulumi. */
  readonly rules: string;
  readonly value: string;
}

/** The passwords of a stack: made once, kept in a 0600 file, the same at every later run. */
export class GeneratedSecrets {
  readonly #path: string;
  readonly #known: Map<string, Entry>;
  #changed = false;

  constructor(path: string) {
    this.#path = path;
    this.#known = new Map(Object.entries(parseEntries(path)));
  }

  readonly generate: GenerateSecret = (question) => {
    const rules = rulesOf(question);
    const known = this.#known.get(question.urn);
    if (known?.rules === rules) return known.value;
    const value = generate(question);
    this.#known.set(question.urn, { rules, value });
    this.#changed = true;
    return value;
  };

  /** Writes the file where something new was made. Passwords no longer asked for are kept: their data may still be there. */
  save(): void {
    if (!this.#changed) return;
    const sorted = Object.fromEntries([...this.#known].sort(([a], [b]) => (a < b ? -1 : 1)));
    writeWhole(this.#path, `${JSON.stringify(sorted, null, 2)}\n`, 0o600);
    this.#changed = false;
  }
}

const CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Characters in place of an identifier that has no length (an id). */
const DEFAULT_LENGTH = 32;

/** Letters and digits from the system's random source: what the program's passwords consist of, and no other rule of the provider. */
function generate({ type, name, inputs }: Question): string {
  const { length = DEFAULT_LENGTH, special, ...rest } = inputs;
  if (type === PASSWORD && (special !== false || Object.keys(rest).length > 0)) {
    throw new Error(`password "${name}": only "length" and "special: false" can be had without Pulumi.`);
  }
  return Array.from({ length: Number(length) }, () => CHARACTERS.charAt(randomInt(CHARACTERS.length))).join("");
}

function rulesOf({ type, inputs }: Question): string {
  const sorted = Object.fromEntries(Object.entries(inputs).sort(([a], [b]) => (a < b ? -1 : 1)));
  return createHash("sha256")
    .update(JSON.stringify([type, sorted]))
    .digest("hex")
    .slice(0, 16);
}

function parseEntries(path: string): Record<string, Entry> {
  const text = readIfThere(path);
  if (text === undefined) return {};
  try {
    return JSON.parse(text) as Record<string, Entry>;
  } catch {
    throw new Error(`${path} is not JSON any more. Restore it; removing it gives every database a new password.`);
  }
}

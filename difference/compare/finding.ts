import type { Signal } from "./signals.ts";

/**
 * `breaks`: something a person relies on is gone. `changes`: what somebody may read has another name, type or size. `adds`: there is more.
 */
export type Severity = "breaks" | "changes" | "adds";

export type What =
  | "silent"
  | "new-service"
  | "vanished"
  | "appeared"
  | "type"
  | "unit"
  | "cardinality"
  | "volume"
  | "broken-trace"
  | "untraced"
  | "blind";

/** One difference, as a sentence whose names are kept apart: they are foreign text. */
export interface Finding {
  readonly what: What;
  readonly severity: Severity;
  readonly signal: Signal;
  /** Empty where it concerns no single service. */
  readonly service: string;
  readonly sentence: Sentence;
}

export interface Sentence {
  readonly words: readonly string[];
  readonly names: readonly string[];
}

/** `` say`${name} is gone` `` */
export function say(words: TemplateStringsArray, ...names: readonly (string | number | Sentence)[]): Sentence {
  const made = { words: [words[0] ?? ""], names: [] as string[] };
  for (const [index, name] of names.entries()) {
    const after = words[index + 1] ?? "";
    if (typeof name === "string") {
      made.names.push(name);
      made.words.push(after);
    } else if (typeof name === "number") made.words.push(`${made.words.pop()}${name}${after}`);
    else {
      const [begin = "", ...rest] = name.words;
      made.words.push(`${made.words.pop()}${begin}`, ...rest);
      made.names.push(...name.names);
      made.words.push(`${made.words.pop()}${after}`);
    }
  }
  return made;
}

/** Each name as `how` shows it. */
export const spoken = ({ words, names }: Sentence, how: (name: string) => string): string =>
  words.map((word, index) => (index === 0 ? word : `${how(names[index - 1] ?? "")}${word}`)).join("");

const SHOWN = 5;

/** `a, b and 3 more` */
export function enumerated(names: readonly string[], most = SHOWN): Sentence {
  const sorted = [...new Set(names)].sort();
  const shown = sorted.slice(0, sorted.length === most + 1 ? most + 1 : most);
  const left = sorted.length - shown.length;
  const last = shown.length - 1;
  const words = shown.map((_, index) => (index === 0 ? "" : index === last && left === 0 ? " and " : ", "));
  return { words: [...words, left > 0 ? ` and ${left} more` : ""], names: shown };
}

const ORDER: Readonly<Record<Severity, number>> = { breaks: 0, changes: 1, adds: 2 };

/** The worst first, then by service and text. */
export function sorted(findings: readonly Finding[]): readonly Finding[] {
  const key = ({ severity, what, service, sentence }: Finding): string =>
    `${ORDER[severity]} ${what === "blind" ? 1 : 0} ${service} ${what} ${spoken(sentence, (name) => name)}`;
  return findings.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

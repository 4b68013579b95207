import { type CreateNodeOptions, Document, isScalar, type Scalar, type ToStringOptions, visit } from "yaml";

/**
 * A value as YAML that every reader of YAML 1.1 (Go, Python) and of 1.2 reads as the same value. Pure.
 *
 * Without quotes 1.1 makes a date of `2026-11-28`, a number of `1_000`, `12:34` and `0b101`, true of `yes`, and a line break of U+2028.
 */
export const toYaml = (value: unknown, options: CreateNodeOptions = {}): string =>
  printYaml(new Document(value, { aliasDuplicateObjects: false, ...options }), { lineWidth: 0 });

/** The document as text, with quotes where a reader of another version would see another value. */
export function printYaml(document: Document, options: ToStringOptions): string {
  const quote = options.singleQuote ? "QUOTE_SINGLE" : "QUOTE_DOUBLE";
  visit(document, {
    Scalar: (_, node) => {
      const type = isTextScalar(node) ? typeOf(node.value, quote) : undefined;
      if (type !== undefined) node.type = type;
    },
  });
  // What is escaped here is in double quotes, where an escape means the same.
  return document.toString(options).replace(UNPRINTABLE, escaped);
}

const isTextScalar = (node: unknown): node is Scalar<string> => isScalar(node) && typeof node.value === "string";

type ScalarType = NonNullable<Scalar["type"]>;

function typeOf(text: string, quote: ScalarType): ScalarType | undefined {
  if (ESCAPED.test(text) || RAGGED.test(text)) return "QUOTE_DOUBLE";
  return isAmbiguous(text) ? quote : undefined;
}

/** Control characters but newline, other line breaks, halves and non-characters: some reader changes or refuses each. */
const ESCAPED = /(?!\n)[\p{Cc}\p{Cs}\u2028\u2029\ufeff\ufffe\uffff]/u;
/** Lines whose white space the printer's blocks lose. */
const RAGGED = /^[ \n].*\n| (\n|$)/s;
/** Those of them that the printer leaves as they are inside double quotes. */
const UNPRINTABLE = /[\u007f-\u009f\p{Cs}\u2028\u2029\ufeff\ufffe\uffff]/gu;

const escaped = (character: string): string => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;

/** Words, numbers and instants of either version; more than two parts with dots are a version or an address to everybody. */
function isAmbiguous(text: string): boolean {
  if (/^\d+(\.\d+){2,}(:\d+)?$/.test(text)) return false;
  if (/^(y|n|yes|no|on|off|true|false|null|~|=|<<|[-+]?(\.(inf|nan)|0x[\d_a-f]+))$/i.test(text)) return true;
  // some readers take a lone point or exponent for a number too
  return /^[-+]?[\d_.]*(e[-+]?\d*)?$/i.test(text) || /^[-+.]?\d[\d_.:,+\-eobtz ]*$/i.test(text);
}

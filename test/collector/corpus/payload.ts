import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { Failure, messageOf } from "../../../cli/failure.ts";

/** One thing that an application may send, wherever it puts it. */
export interface Payload {
  /** `credentials.txt:12` */
  readonly id: string;
  /** The heading it stands below. */
  readonly kind: string;
  readonly content: Content;
  /** Must not leave. */
  readonly secret: readonly string[];
  /** Must stay although something beside it must not leave. */
  readonly kept: readonly string[];
  /** Nothing in it is anybody's: it must arrive as it was sent. */
  readonly innocent: boolean;
  /** The only places where it occurs. Default: wherever its content fits. */
  readonly places?: readonly string[];
}

/** A text, or a value under a key that says what it is. */
export type Content = { readonly text: string } | { readonly key: string; readonly value: Value };

export type Value = string | number | bigint | boolean | null | readonly Value[] | { readonly [key: string]: Value };

/** A file of payloads that cannot be read; says file, line and how to mend it. */
export class BadPayload extends Failure {}

const SECRET = /⟦([^⟦⟧]*)⟧/gu;
const KEPT = /⟪([^⟪⟫]*)⟫/gu;
const HEADING = /^## (?<kind>[^[\]]+?)(?: \[(?<places>[^\]]+)\])?$/;
const FIELD = /^@ (?<key>.+?) = (?<value>.*)$/u;

/** Shorter ones are found by chance in what is innocent. */
const SHORTEST_SECRET = 3;

export const PAYLOADS_FOLDER = join(import.meta.dirname, "payloads");

/** Every payload of the repository, file by file. */
export function allPayloads(folder = PAYLOADS_FOLDER): readonly Payload[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".txt"));
  return distinct(files.toSorted().flatMap((name) => payloadsOf(join(folder, name))));
}

export function payloadsOf(path: string): readonly Payload[] {
  try {
    return parsePayloads(readFileSync(path, "utf8"), basename(path));
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new BadPayload(`${path}: cannot be read (${messageOf(error)}). Name a text file.`);
  }
}

/** Reads the format that README.md describes; throws `BadPayload` with file and line. */
export function parsePayloads(text: string, file: string): readonly Payload[] {
  let heading: { readonly kind: string; readonly places?: readonly string[] } | undefined;
  return text.split("\n").flatMap((line, index): readonly Payload[] => {
    const id = `${file}:${index + 1}`;
    if (line.trim() === "" || line.startsWith("# ")) return [];
    if (line.startsWith("## ")) {
      heading = headingOf(line, id);
      return [];
    }
    if (heading === undefined) throw new BadPayload(`${id}: stands below no heading. Begin the file with "## <kind>".`);
    return [payloadOf(line, id, heading)];
  });
}

function headingOf(line: string, id: string): { readonly kind: string; readonly places?: readonly string[] } {
  const { kind, places } = HEADING.exec(line)?.groups ?? {};
  if (kind === undefined)
    throw new BadPayload(`${id}: "${line}" is no heading. Write "## <kind>" or "## <kind> [<place>, ...]".`);
  return { kind, ...(places === undefined ? {} : { places: places.split(", ") }) };
}

function payloadOf(line: string, id: string, heading: Pick<Payload, "kind" | "places">): Payload {
  const written = line.replaceAll("¦", "").replaceAll("␤", "\n").replaceAll("␉", "\t").replaceAll("␍", "\r");
  const secret = marked(written, SECRET);
  const kept = marked(written, KEPT);
  const plain = written.replaceAll(SECRET, "$1").replaceAll(KEPT, "$1");
  if (/[⟦⟧⟪⟫]/u.test(plain)) throw new BadPayload(`${id}: a mark has no partner, or one stands inside another.`);
  const short = secret.find((one) => one.length < SHORTEST_SECRET);
  if (short !== undefined) throw new BadPayload(`${id}: "${short}" is shorter than ${SHORTEST_SECRET} characters.`);
  if (kept.length > 0 && secret.length === 0) {
    throw new BadPayload(
      `${id}: something is marked ⟪to stay⟫ and nothing ⟦to go⟧: without marks all of it must stay.`,
    );
  }
  return { id, ...heading, content: contentOf(plain, id), secret, kept, innocent: secret.length === 0 };
}

const marked = (text: string, mark: RegExp): readonly string[] =>
  [...text.matchAll(mark)].map(([, inner = ""]) => inner);

function contentOf(plain: string, id: string): Content {
  if (!plain.startsWith("@ ")) return { text: plain };
  const { key, value } = FIELD.exec(plain)?.groups ?? {};
  if (key === undefined || value === undefined)
    throw new BadPayload(`${id}: "${plain}" is no field. Write "@ <key> = <value>".`);
  try {
    return { key, value: fieldValue(value) };
  } catch (error) {
    throw new BadPayload(`${id}: ${value} begins like JSON and is none. Write a text in double quotes.`, {
      cause: error,
    });
  }
}

/** As in YAML's flow style where it looks like JSON, a whole number of at most 64 bits, a fraction or a truth value; else a text. */
function fieldValue(written: string): Value {
  if (!/^(["[{]|-?\d+(\.\d+)?$|true$|false$)/.test(written)) return written;
  const value = parse(written, { intAsBigInt: true }) as Value;
  return typeof value === "bigint" && BigInt.asIntN(64, value) !== value ? written : value;
}

function distinct(payloads: readonly Payload[]): readonly Payload[] {
  const seen = new Map<string, string>();
  for (const { id, content } of payloads) {
    const same = JSON.stringify(content, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
    const before = seen.get(same);
    if (before !== undefined) throw new BadPayload(`${id}: the same as ${before}. Delete one of them.`);
    seen.set(same, id);
  }
  return payloads;
}

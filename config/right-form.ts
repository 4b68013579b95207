import { Document } from "yaml";
import { isMapping } from "../formats/mapping.ts";
import { printYaml } from "../formats/yaml.ts";

/** What was typed in another form than a key takes, in the form that it does take. Pure. */

/** Where a text is meant that stands where a list or an object is expected, and which keys that has. */
export interface Place {
  /** Last part of the path. */
  readonly key: PropertyKey;
  readonly expected: "array" | "object" | "record";
  /** Keys of the object that is expected, or of an item of the list; none where any are, or where its items are texts. */
  readonly fields: readonly string[];
  /** Of them, those that take one of a few words, with the words. */
  readonly choices: Readonly<Record<string, readonly unknown[]>>;
}

/** The keys whose list is the words of a command. */
const COMMANDS: ReadonlySet<PropertyKey> = new Set(["command", "entrypoint", "health"]);

/** What is meant, as far as it shows; undefined where it could be several things. */
export function inRightForm(place: Place, value: unknown): unknown {
  switch (place.expected) {
    case "array":
      return listOf(place, value);
    case "record":
      return pairsOf(value);
    case "object":
      return objectOf(place, value);
    default:
      return place.expected satisfies never;
  }
}

/** A value as a line of a stack file: `{ port: 8000, as: 8000 }`. */
export const asLine = (value: unknown): string =>
  printYaml(new Document(value, { flow: true }), { lineWidth: 0, flowCollectionPadding: !Array.isArray(value) }).trim();

function listOf({ key, fields, choices }: Place, value: unknown): unknown {
  if (typeof value === "string" && key === "health" && /^https?:\/\/[^\s'"\\]+$/.test(value)) return asked(value);
  if (typeof value === "string" && COMMANDS.has(key)) return wordsOf(value);
  if (isMapping(value) && key === "health" && Array.isArray(value.test)) return healthOf(value.test);
  if (typeof value === "string" && fields.length === 0) return [value];
  if (typeof value === "string" || typeof value === "number") {
    const item = objectOf({ key, expected: "object", fields, choices }, value);
    return item === undefined ? undefined : [item];
  }
  if (!isMapping(value) || COMMANDS.has(key)) return undefined;
  // a map by name, as Compose has services and depends_on
  if (fields.length === 0) return Object.keys(value);
  if (Object.keys(value).every((each) => fields.includes(each))) return [value];
  const entries = Object.entries(value);
  return fields.includes("name") && entries.every(([, item]) => isMapping(item))
    ? entries.map(([name, item]) => ({ name, ...Object(item) }))
    : undefined;
}

/** The words of a command; what only a shell understands stays together, behind one. */
function wordsOf(text: string): readonly string[] | undefined {
  if (text.trim() === "") return undefined;
  const quoted = /"(?:[^"\\]|\\.)*"|'[^']*'/g;
  if (/[|&;<>$`*?~]/.test(text.replace(quoted, ""))) return ["sh", "-c", text];
  const words = text.match(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'])+/g);
  return words?.map((word) => word.replace(quoted, (part) => part.slice(1, -1).replace(/\\(["\\])/g, "$1")));
}

/** A health check that is an address alone: what asks it with nothing but Python, of which most services are. */
const asked = (url: string): readonly string[] => [
  ...["python", "-I", "-c", `import urllib.request as r; r.urlopen('${url}')`],
];

/** Compose's `test`, without the word that says what follows. */
function healthOf(test: readonly unknown[]): readonly unknown[] | undefined {
  const [form, ...rest] = test;
  if (form === "CMD") return rest;
  return form === "CMD-SHELL" ? ["sh", "-c", ...rest] : undefined;
}

/** `A=b`, or a list of such. */
function pairsOf(value: unknown): unknown {
  const lines: readonly unknown[] = Array.isArray(value) ? value : [value];
  const pairs = lines.map((line) =>
    typeof line === "string" ? /^([^=:\s]+)\s*[=:]\s*(.*)$/s.exec(line)?.slice(1) : undefined,
  );
  return lines.length > 0 && pairs.every((pair) => pair !== undefined)
    ? Object.fromEntries(pairs as unknown as readonly [string, string][])
    : undefined;
}

function objectOf({ fields, choices }: Place, value: unknown): unknown {
  const [only] = Array.isArray(value) && value.length === 1 ? value : [value];
  if (fields.join() === "port,as") return portOf(only);
  const fitting = fields.filter((field) => choices[field]?.includes(only));
  return fitting[0] !== undefined && fitting.length === 1 ? { [fitting[0]]: only } : undefined;
}

/** A port as Compose publishes it: `8000`, `8080:80`, `127.0.0.1:8080:80`. */
function portOf(value: unknown): unknown {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const [target = "", published = target] = String(value)
    .replace(/\/tcp$/, "")
    .split(":")
    .reverse();
  const isPort = (text: string) => /^\d{1,5}$/.test(text);
  return isPort(target) && isPort(published) ? { port: Number(target), as: Number(published) } : undefined;
}

/** `8000` in quotes, `10%`, and of MiB `512m`: what is counted is written without a unit. */
export function numberIn(text: string, key: PropertyKey): number | undefined {
  const [, digits, unit = ""] = /^\s*(-?\d{1,9}(?:\.\d{1,6})?)\s*([a-zA-Z%$]*)\s*$/.exec(text) ?? [];
  const isUnit = /memory$/i.test(String(key)) ? /^(m|mi|mb|mib|)$/i : /^[%$]?$/;
  return digits === undefined || !isUnit.test(unit) ? undefined : Number(digits);
}

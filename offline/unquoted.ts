import { isPair, isScalar, isSeq, parseDocument, visit } from "yaml";
import { pathText } from "../config/problem.ts";

/** Values of a stack file that would not arrive as they are written, since they have no quotes. Pure. */

/** Taken for a date by the CLI's reader, which hands over a text of its own making. */
const DATE = /^\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?$/;
/** Numbers that the CLI reads otherwise than this program (octal, underscores, binary), or that JSON has none for. */
const OTHER_NUMBER = /^[-+]?(0[0-9_]+|0b[01_]+|0o[0-7_]+|0x[0-9a-f_]+|[0-9][0-9.]*_[0-9._]*|\.inf|\.nan)$/i;
/** Keys below which a number is meant as a text: `2.0` would arrive as `2`. */
const TEXTS: ReadonlySet<string> = new Set(["env", "command", "entrypoint", "health", "version", "headers", "aliases"]);

/** Keys beside `config` under which services find what they share (`<<: *shop`). */
export const HOLDS_ANCHORS = /^x-/;

/** Their paths, without `config`, with what is written there. */
export function unquotedValues(text: string): readonly { readonly path: string; readonly written: string }[] {
  const found: { path: string; written: string }[] = [];
  visit(parseDocument(text, { merge: true }), {
    Scalar(key, { value, type, source = "" }, ancestors) {
      if (key === "key" || type !== "PLAIN") return;
      const path = pathTo(key, ancestors);
      const [root] = path;
      if (root !== "config" && !HOLDS_ANCHORS.test(String(root))) return;
      const isText = path.some((part) => TEXTS.has(String(part)));
      const changes = isText && typeof value === "number" && Number.isInteger(value) && String(value) !== source;
      if (DATE.test(source) || OTHER_NUMBER.test(source) || changes)
        found.push({
          path: pathText(path.slice(root === "config" ? 1 : 0).map((part) => withoutProject(part))),
          written: source,
        });
    },
  });
  return found;
}

function pathTo(key: unknown, ancestors: readonly unknown[]): readonly (string | number)[] {
  const parts = ancestors.flatMap((node, i): (string | number)[] => {
    if (isPair(node)) return [isScalar(node.key) ? String(node.key.value) : "?"];
    const child = ancestors[i + 1];
    return isSeq(node) && child !== undefined ? [node.items.indexOf(child)] : [];
  });
  return typeof key === "number" ? [...parts, key] : parts;
}

const withoutProject = (part: string | number): string | number =>
  typeof part === "string" ? part.replace(/^[\w.-]+:(?=\w)/, "") : part;

import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments, type Scalar } from "yaml";
import { withChart } from "./chart.ts";
import { type Comments, commentsOf } from "./comments.ts";
import { DEEPEST, isRecord, merged, type Path, type SourceFile, valueAt } from "./record.ts";
import {
  COMPONENT_SECTIONS,
  type Deployed,
  deployedOf,
  fromConfigMap,
  modeOf,
  modeOfText,
  PREFIXES,
  unwrapped,
  withTargets,
} from "./wrapped.ts";

export { isRecord, type Path, type SourceFile } from "./record.ts";

/** Reads collector files as the collector does: YAML, maps of later files merged into those of earlier ones, lists replaced. Total: takes any text. */

/** A place in a file; lines and columns count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a text before it means anything. */
export interface SyntaxProblem {
  readonly code: "yaml-syntax" | "yaml-tab" | "duplicate-key" | "not-a-mapping" | "several-documents";
  readonly message: string;
  readonly at: Position;
}

export interface ReadConfig {
  /** The merged configuration; an empty object where there is none. */
  readonly root: Readonly<Record<string, unknown>>;
  readonly problems: readonly SyntaxProblem[];
  /** How the collector runs where the file says it: `daemonset`, `deployment`, `statefulset` or `sidecar`. */
  readonly mode: string | undefined;
  readonly deployed: Deployed;
  readonly comments: Comments;
  /** Whether a path is of the defaults that Helm's chart merges its values into, and of no file. */
  readonly isAssumed: (path: Path) => boolean;
  /** Where a path stands; the nearest known place above it where it stands nowhere. */
  readonly positionOf: (path: Path) => Position;
}

export function readConfig(files: readonly SourceFile[]): ReadConfig {
  const places: (() => ReadonlyMap<string, Position>)[] = [];
  const problems: SyntaxProblem[] = [];
  let root: Record<string, unknown> = {};
  let defaults: Record<string, unknown> = {};
  let mode: string | undefined;
  let deployed: Deployed = {};
  for (const each of files) {
    const file = fromConfigMap(each);
    const read = readFile(file);
    problems.push(...read.problems);
    const { value: own, prefix } = unwrapped(read.value);
    mode = modeOf(read.value, prefix) ?? modeOfText(each.text) ?? mode;
    deployed = { ...deployed, ...deployedOf(read.value, prefix) };
    const isOfChart = prefix.length > 0 && prefix[0] !== "spec" && isRecord(own);
    const chart = isOfChart ? withChart(own, read.value, prefix) : undefined;
    const value = chart === undefined ? withTargets(own, read.value) : chart.config;
    if (chart !== undefined) defaults = chart.defaults;
    if (!isRecord(value)) {
      if (read.problems.length === 0)
        problems.push({ code: "not-a-mapping", message: "the file is not a mapping of sections", at: start(file) });
      continue;
    }
    const before = `${key(prefix).slice(0, -1)}${prefix.length > 0 ? "," : ""}`;
    places.push(() => {
      const all = read.positions();
      if (prefix.length === 0) return all;
      const inside = [...all].filter(([path]) => path.startsWith(before));
      return new Map(inside.map(([path, at]) => [`[${path.slice(before.length)}`, at]));
    });
    root = merged(root, value);
  }
  const given = root;
  root = merged(defaults, root);
  const first = files[0] ?? { name: "", text: "" };
  let positions: ReadonlyMap<string, Position> | undefined;
  const positionOf = (path: Path): Position => {
    // most configurations have few findings, many none
    positions ??= new Map(places.flatMap((placesOf) => [...placesOf()]));
    for (let length = path.length; length > 0; length -= 1) {
      const found = positions.get(key(path.slice(0, length)));
      if (found !== undefined) return found;
    }
    return start(first);
  };
  const isAssumed = (path: Path): boolean => {
    const place = path.slice(0, path[0] === "service" && path[1] === "pipelines" ? 3 : 2);
    return valueAt(defaults, place) !== undefined && valueAt(given, place) === undefined;
  };
  const comments = commentsOf(files.map(({ text }) => text).join("\n"));
  return { root, problems, positionOf, isAssumed, mode, deployed, comments };
}

const start = ({ name }: SourceFile): Position => ({ file: name, line: 1, column: 1 });
const key = (path: Path): string => JSON.stringify(path.map(String));

function readFile(file: SourceFile) {
  const lines = new LineCounter();
  const none = () => new Map<string, Position>();
  const problems: SyntaxProblem[] = [];
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file: file.name, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const documents = parseAllDocuments(file.text, {
    lineCounter: lines,
    merge: true,
    // it would compare each key with each other one: see duplicateKeys
    uniqueKeys: false,
    logLevel: "silent",
  });
  const all = Array.isArray(documents) ? documents : [];
  // Of several resources in one file, the one that holds a configuration is meant.
  const document = all.find((each) => holdsConfig(each)) ?? all[0];
  if (document === undefined) return { value: undefined, positions: none, problems };
  for (const { value, range } of duplicateKeys(document.contents))
    problems.push({
      code: "duplicate-key",
      message: `"${String(value)}" is written twice in one mapping`,
      at: at(range?.[0] ?? 0),
    });
  for (const error of document.errors) {
    const place = at(error.pos[0]);
    const line = file.text.split("\n")[place.line - 1] ?? "";
    if (error.code === "TAB_AS_INDENT" || /^\s*\t/.test(line))
      problems.push({ code: "yaml-tab", message: "a line is indented with a tab, which YAML forbids", at: place });
    else if (!problems.some(({ code }) => code === "yaml-syntax"))
      // what follows the first one is mostly its consequence
      problems.push({
        code: "yaml-syntax",
        message: IS_TOO_DEEP.test(error.message)
          ? "brackets stand in each other so deep that no reader follows them"
          : (error.message.split("\n")[0]?.replace(/ at line .*$/, "") ?? ""),
        at: place,
      });
  }
  if (all.length > 1 && all[0] === document && !isResource(document)) {
    const second = all[1];
    if (second !== undefined && "range" in second)
      problems.push({
        code: "several-documents",
        message: "the file holds several YAML documents, and the collector reads the first one",
        at: at(second.range[0]),
      });
  }
  const visit = (node: unknown, path: Path, positions: Map<string, Position>): void => {
    if (path.length > DEEPEST) return;
    if (isMap(node))
      for (const pair of node.items) {
        if (!isScalar(pair.key)) continue;
        const child = [...path, String(pair.key.value)];
        if (pair.key.range) positions.set(key(child), at(pair.key.range[0]));
        visit(pair.value, child, positions);
      }
    if (isSeq(node))
      node.items.forEach((item, i) => {
        const range = (item as Node | null)?.range;
        if (range) positions.set(key([...path, i]), at(range[0]));
        visit(item, [...path, i], positions);
      });
  };
  const positions = () => {
    const found = none();
    visit(document.contents, [], found);
    return found;
  };
  let value: unknown;
  try {
    // An alias may be expanded a hundred times, not a billion.
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    if (problems.length === 0)
      problems.push({ code: "yaml-syntax", message: "an alias leads nowhere, or to itself", at: start(file) });
  }
  return { value, positions, problems };
}

/** What the reader of YAML says where a text nests deeper than its stack. */
const IS_TOO_DEEP = /call stack/i;

/** Keys that a mapping has for the second time. */
function* duplicateKeys(node: unknown, depth = 0): Generator<Scalar> {
  if (depth > DEEPEST) return;
  if (isSeq(node)) for (const item of node.items) yield* duplicateKeys(item, depth + 1);
  if (!isMap(node)) return;
  const seen = new Set<unknown>();
  for (const { key: name, value } of node.items) {
    if (isScalar(name) && name.value !== "<<") {
      if (seen.has(name.value)) yield name;
      seen.add(name.value);
    }
    yield* duplicateKeys(value, depth + 1);
  }
}

/** Whether a document is a configuration, or has one at one of the known places. */
function holdsConfig(document: Document.Parsed): boolean {
  if (!isMap(document.contents)) return false;
  const has = (path: Path): boolean => COMPONENT_SECTIONS.some((name) => document.hasIn([...path, name]));
  return has([]) || PREFIXES.some(has);
}

export const SECTION_NAMES = ["receivers", "processors", "exporters", "connectors", "extensions", "service"] as const;

const isResource = (document: Document.Parsed): boolean => document.has("apiVersion") && document.has("kind");

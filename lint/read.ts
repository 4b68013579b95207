import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from "yaml";

/** Reads collector files as the collector does: YAML, maps of later files merged into those of earlier ones, lists replaced. Total: takes any text. */

export type Path = readonly (string | number)[];

/** A place in a file; lines and columns count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface SourceFile {
  readonly name: string;
  readonly text: string;
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
  /** Whether a path is of the defaults that Helm's chart merges its values into, and of no file. */
  readonly isAssumed: (path: Path) => boolean;
  /** Where a path stands; the nearest known place above it where it stands nowhere. */
  readonly positionOf: (path: Path) => Position;
}

/** Deeper ones are no configuration, and could be made to go on for ever. */
const DEEPEST = 60;

export function readConfig(files: readonly SourceFile[]): ReadConfig {
  const places: (() => ReadonlyMap<string, Position>)[] = [];
  const problems: SyntaxProblem[] = [];
  let root: Record<string, unknown> = {};
  let defaults: Readonly<Record<string, unknown>> = {};
  let mode: string | undefined;
  for (const each of files) {
    const file = fromConfigMap(each);
    const read = readFile(file);
    problems.push(...read.problems);
    const { value: own, prefix } = unwrapped(read.value);
    mode = modeOf(read.value, prefix) ?? mode;
    const isOfChart = prefix.length > 0 && prefix[0] !== "spec" && isRecord(own);
    const value = isOfChart ? withoutNulls(own) : own;
    if (isOfChart) defaults = withoutNulls(CHART, own);
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
    return has(defaults, place) && !has(given, place);
  };
  return { root, problems, positionOf, isAssumed, mode };
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
    uniqueKeys: true,
    logLevel: "silent",
  });
  const all = Array.isArray(documents) ? documents : [];
  // Of several resources in one file, the one that holds a configuration is meant.
  const document = all.find((each) => holdsConfig(each)) ?? all[0];
  if (document === undefined) return { value: undefined, positions: none, problems };
  for (const error of document.errors) {
    const place = at(error.pos[0]);
    const line = file.text.split("\n")[place.line - 1] ?? "";
    if (error.code === "DUPLICATE_KEY")
      problems.push({ code: "duplicate-key", message: duplicateMessage(line), at: place });
    else if (error.code === "TAB_AS_INDENT" || /^\s*\t/.test(line))
      problems.push({ code: "yaml-tab", message: "a line is indented with a tab, which YAML forbids", at: place });
    else if (!problems.some(({ code }) => code === "yaml-syntax"))
      // what follows the first one is mostly its consequence
      problems.push({
        code: "yaml-syntax",
        message: error.message.split("\n")[0]?.replace(/ at line .*$/, "") ?? "",
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

const duplicateMessage = (line: string): string =>
  `"${line.trim().replace(/:.*$/, "")}" is written twice in one mapping`;

/** Where the configuration stands in Helm values and in an operator's resource. */
const PREFIXES: readonly Path[] = [
  ["spec", "config"],
  ["opentelemetry-collector", "config"],
  ["collector", "config"],
  ["config"],
];

/** The configuration in what a file holds, and where it stands there. */
function unwrapped(value: unknown): { readonly value: unknown; readonly prefix: Path } {
  for (const prefix of PREFIXES) {
    const found = prefix.reduce<unknown>((at, name) => (isRecord(at) ? at[name] : undefined), value);
    if (isRecord(found) && COMPONENT_SECTIONS.some((name) => name in found)) return { value: found, prefix };
  }
  return { value, prefix: [] };
}

/** What the collector's chart has in `config` before a file of values is merged into it. */
const CHART: Readonly<Record<string, unknown>> = {
  exporters: { debug: {} },
  extensions: { health_check: { endpoint: "${env:MY_POD_IP}:13133" } },
  processors: {
    batch: {},
    memory_limiter: { check_interval: "5s", limit_percentage: 80, spike_limit_percentage: 25 },
  },
  receivers: {
    jaeger: { protocols: { grpc: { endpoint: "${env:MY_POD_IP}:14250" } } },
    otlp: {
      protocols: { grpc: { endpoint: "${env:MY_POD_IP}:4317" }, http: { endpoint: "${env:MY_POD_IP}:4318" } },
    },
    prometheus: { config: { scrape_configs: [{ job_name: "opentelemetry-collector" }] } },
    zipkin: { endpoint: "${env:MY_POD_IP}:9411" },
  },
  service: {
    extensions: ["health_check"],
    pipelines: {
      logs: { exporters: ["debug"], processors: ["memory_limiter", "batch"], receivers: ["otlp"] },
      metrics: { exporters: ["debug"], processors: ["memory_limiter", "batch"], receivers: ["otlp", "prometheus"] },
      traces: {
        exporters: ["debug"],
        processors: ["memory_limiter", "batch"],
        receivers: ["otlp", "jaeger", "zipkin"],
      },
    },
  },
};

/** As Helm merges: what is null in the values is removed, from them and from what they are merged into. */
function withoutNulls(value: Readonly<Record<string, unknown>>, by = value, depth = 0): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const other = Object.hasOwn(by, name) ? by[name] : undefined;
      if (inner === null || other === null) return [];
      return [[name, isRecord(inner) && isRecord(other) && depth < 3 ? withoutNulls(inner, other, depth + 1) : inner]];
    }),
  );
}

const has = (value: unknown, path: Path): boolean =>
  path.reduce<unknown>((at, name) => (isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined), value) !==
  undefined;

/** `mode` of Helm values and of an operator's resource, which is a deployment where it does not say. */
function modeOf(value: unknown, prefix: Path): string | undefined {
  const holder = prefix.slice(0, -1).reduce<unknown>((at, name) => (isRecord(at) ? at[name] : undefined), value);
  const mode = prefix.length > 0 && isRecord(holder) ? holder.mode : undefined;
  if (typeof mode === "string") return mode.toLowerCase();
  return prefix[0] === "spec" ? "deployment" : undefined;
}

const COMPONENT_SECTIONS = ["receivers", "exporters", "processors", "connectors"] as const;

const isResource = (document: Document.Parsed): boolean => document.has("apiVersion") && document.has("kind");

/** Whether a document is a configuration, or has one at one of the known places. */
function holdsConfig(document: Document.Parsed): boolean {
  if (!isMap(document.contents)) return false;
  const has = (path: Path): boolean => COMPONENT_SECTIONS.some((name) => document.hasIn([...path, name]));
  return has([]) || PREFIXES.some(has);
}

/** A ConfigMap holds the file as a text: the same file with all else made blank, so that every line stays where it is. */
function fromConfigMap(file: SourceFile): SourceFile {
  if (!/^kind:\s*ConfigMap\b/m.test(file.text)) return file;
  const lines = file.text.split("\n");
  const first = lines.findIndex((line) => /^\s+(receivers|exporters|processors|connectors|extensions):\s*$/.test(line));
  if (first < 0) return file;
  const indent = /^\s*/.exec(lines[first] ?? "")?.[0].length ?? 0;
  const isInside = (line: string): boolean => line.trim() === "" || line.search(/\S/) >= indent;
  let [from, to] = [first, first];
  while (from > 0 && isInside(lines[from - 1] ?? "")) from -= 1;
  while (to + 1 < lines.length && isInside(lines[to + 1] ?? "")) to += 1;
  return { name: file.name, text: lines.map((line, i) => (i >= from && i <= to ? line : "")).join("\n") };
}

export const SECTION_NAMES = ["receivers", "processors", "exporters", "connectors", "extensions", "service"] as const;

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** As confmap merges: maps into each other, anything else replaced. */
function merged(a: Record<string, unknown>, b: Record<string, unknown>, depth = 0): Record<string, unknown> {
  const result = { ...a };
  for (const [name, value] of Object.entries(b)) {
    const before = result[name];
    result[name] = isRecord(before) && isRecord(value) && depth < DEEPEST ? merged(before, value, depth + 1) : value;
  }
  return result;
}

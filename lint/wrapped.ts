/** Where a configuration stands in other files: Helm values, the operator's resources, a ConfigMap. */
import { isRecord, type Path, type SourceFile, valueAt } from "./record.ts";

/** Where the configuration stands in Helm values and in an operator's resource. */
export const PREFIXES: readonly Path[] = [
  ["spec", "config"],
  ["opentelemetry-collector", "config"],
  ["collector", "config"],
  ["alternateConfig"],
  ["config"],
];

/** The configuration in what a file holds, and where it stands there. */
export function unwrapped(value: unknown): { readonly value: unknown; readonly prefix: Path } {
  for (const prefix of prefixesOf(value)) {
    const found = valueAt(value, prefix);
    if (isRecord(found) && COMPONENT_SECTIONS.some((name) => name in found)) return { value: found, prefix };
  }
  return { value, prefix: [] };
}

/** The chart for several collectors has one below each name. */
const prefixesOf = (value: unknown): readonly Path[] => [
  ...PREFIXES,
  ...Object.keys(isRecord(value) && isRecord(value.collectors) ? value.collectors : {}).map((name) => [
    "collectors",
    name,
    "config",
  ]),
];

/** An operator that allocates targets writes where they are found into each Prometheus receiver. */
export function withTargets(config: unknown, resource: unknown): unknown {
  const spec = isRecord(resource) && isRecord(resource.spec) ? resource.spec : {};
  const isAllocated = isRecord(spec.targetAllocator) && spec.targetAllocator.enabled === true;
  if (!isAllocated || !isRecord(config) || !isRecord(config.receivers)) return config;
  const receivers = Object.entries(config.receivers).map(([id, settings]) => [
    id,
    /^prometheus(\/|$)/.test(id) ? { target_allocator: {}, ...(isRecord(settings) ? settings : {}) } : settings,
  ]);
  return { ...config, receivers: Object.fromEntries(receivers) };
}

/** The same of the operator's older resource, whose configuration is a text. */
export function modeOfText(text: string): string | undefined {
  if (!/^kind:\s*OpenTelemetryCollector\b/m.test(text)) return undefined;
  return /^\s+mode:\s*["']?(\w+)/m.exec(text)?.[1]?.toLowerCase() ?? "deployment";
}

/** `mode` of Helm values and of an operator's resource, which is a deployment where it does not say. */
export function modeOf(value: unknown, prefix: Path): string | undefined {
  const holder = valueAt(value, prefix.slice(0, -1));
  const mode = prefix.length > 0 && isRecord(holder) ? holder.mode : undefined;
  if (typeof mode === "string") return mode.toLowerCase();
  return prefix[0] === "spec" ? "deployment" : undefined;
}

/** What Helm values and an operator's resource say of the container and its copies. */
export interface Deployed {
  readonly replicas?: number;
  /** Limit of the container's memory in MiB. */
  readonly memory?: number;
  /** Presets of the chart that are switched on. */
  readonly presets?: readonly string[];
  /** Whether the operator gives the targets of Prometheus to each collector. */
  readonly allocatesTargets?: boolean;
}

export function deployedOf(value: unknown, prefix: Path): Deployed {
  const holder = valueAt(value, prefix.slice(0, -1));
  if (prefix.length === 0 || !isRecord(holder)) return {};
  const replicas = prefix[0] === "spec" ? holder.replicas : holder.replicaCount;
  const memory = mebibytesOf(valueAt(holder, ["resources", "limits", "memory"]));
  // the chart of several collectors elects a leader among them
  const given = prefix[0] !== "collectors" && isRecord(holder.presets) ? holder.presets : {};
  const presets = Object.entries(given)
    .filter(([, preset]) => isRecord(preset) && preset.enabled === true)
    .map(([name]) => name);
  const allocatesTargets = isRecord(holder.targetAllocator) && holder.targetAllocator.enabled === true;
  const deployed: { replicas?: number; memory?: number } & Deployed = { presets, allocatesTargets };
  if (typeof replicas === "number") deployed.replicas = replicas;
  if (memory !== undefined) deployed.memory = memory;
  return deployed;
}

/** A quantity as Kubernetes writes it, in MiB; undefined for one of another form. */
function mebibytesOf(quantity: unknown): number | undefined {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|k|M|G)?$/.exec(String(quantity)) ?? [];
  const bytes = { "": 1, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, k: 1e3, M: 1e6, G: 1e9 }[unit];
  return number === undefined || bytes === undefined ? undefined : (Number(number) * bytes) / 2 ** 20;
}

export const COMPONENT_SECTIONS = ["receivers", "exporters", "processors", "connectors"] as const;

/** A ConfigMap, and the operator's older resource, hold the file as a text: the same file with all else made blank, so that every line stays where it is. */
export function fromConfigMap(file: SourceFile): SourceFile {
  const isText =
    /^kind:\s*ConfigMap\b/m.test(file.text) ||
    /^kind:\s*OpenTelemetryCollector\b[\s\S]*^\s+config:\s*[|>]/m.test(file.text);
  if (!isText) return file;
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

import { parse } from "yaml";
import { importGraph } from "../lint/import.ts";
import { paths } from "../pipeline/checks/graph.ts";
import { componentId, kindOf, setting } from "../pipeline/component.ts";
import type { PipelineGraph } from "../pipeline/model.ts";

/** A place where telemetry leaves a collector. */
export interface Exit {
  /** Its id: `otlphttp/jaeger`. */
  readonly exporter: string;
  /** Address in its configuration; undefined where that names a secret. */
  readonly endpoint?: string;
  /** Whether every path to it passes a processor that redacts. */
  readonly redacted: boolean;
}

const REDACTING = ["privacy", "redaction"];
/** Exporters that send nothing: Jaeger's own writes to the storage of its process. */
const STAYS = ["nop", "jaeger_storage_exporter"];

/** The exits of a collector's rendered configuration, of the OpenTelemetry Collector or Alloy; undefined for any other text. Pure. */
export function exitsOf(text: string): readonly Exit[] | undefined {
  if (/^\s*otelcol\.exporter\./m.test(text)) return alloyExits(text);
  if (!/^service:/m.test(text) || !/pipelines:/.test(text)) return undefined;
  const graph = graphOf(text);
  return graph === undefined ? undefined : collectorExits(graph);
}

function graphOf(text: string): PipelineGraph | undefined {
  try {
    return importGraph(parse(text, { logLevel: "silent" }));
  } catch {
    return undefined;
  }
}

function collectorExits(graph: PipelineGraph): readonly Exit[] {
  const exporters = new Map(graph.exporters.map((component) => [componentId(component), component]));
  return paths(graph).flatMap(({ end, processors }) => {
    const component = exporters.get(end);
    if (component === undefined || STAYS.includes(component.kind)) return [];
    // what spreads telemetry over several finds them by a name
    const endpoint = setting(component, "endpoint") ?? setting(component, "resolver", "dns", "hostname");
    const redacted = processors.some(({ id }) => REDACTING.includes(kindOf(id)));
    return [{ exporter: end, redacted, ...(typeof endpoint === "string" && { endpoint }) }];
  });
}

/** Alloy's components name those that they send to. */
function alloyExits(text: string): readonly Exit[] {
  const blocks = [...text.matchAll(/^([a-z][\w.]*) "([^"]+)" \{(?:\}|$([\s\S]*?)^\})/gm)].map(
    ([, kind = "", label = "", body = ""]) => ({ id: `${kind}.${label}`, kind, body }),
  );
  const next = new Map(
    blocks.map(({ id, body }) => [
      id,
      [...body.matchAll(/\b(\w[\w.]*)\.(?:input|receiver)\b/g)].map(([, to = ""]) => to),
    ]),
  );
  const fed = new Set([...next.values()].flat());
  const reached = new Set<string>();
  const follow = (id: string): void => {
    if (reached.has(id) || id.startsWith("otelcol.processor.redaction.")) return;
    reached.add(id);
    for (const to of next.get(id) ?? []) follow(to);
  };
  for (const { id } of blocks) if (!fed.has(id)) follow(id);
  return blocks
    .filter(({ kind }) => kind.startsWith("otelcol.exporter.") && kind !== "otelcol.exporter.debug")
    .map(({ id, body }) => {
      const endpoint = /\bendpoint\s*=\s*"([^"]*)"/.exec(body)?.[1];
      return { exporter: id, redacted: !reached.has(id), ...(endpoint !== undefined && { endpoint }) };
    });
}

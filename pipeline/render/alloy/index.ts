import { ALLOY } from "../../alloy.ts";
import { type Component, componentId } from "../../component.ts";
import { type PipelineGraph, pipelineId, type SignalPipeline } from "../../model.ts";
import { secretPath, secretsIn } from "../../reference.ts";
import { type PipelineSignal, SIGNALS, type TelemetrySignal } from "../../signal.ts";
import { connectorPart, extensionPart, receiverPart } from "./components.ts";
import { exporterParts } from "./exporter.ts";
import { processorParts } from "./processors.ts";
import { scrapeBlocks } from "./scrape.ts";
import { bodyOf, counterpart, extensionLabel, labelOf, type Part, secretContent, secretLabel } from "./settings.ts";
import { type Block, expression, printAlloy, type Value } from "./syntax.ts";

/** Where each signal goes. */
type Outputs = Partial<Record<TelemetrySignal, readonly string[]>>;

/**
 * The same pipeline as a file for Grafana Alloy: a plain string, the same for the same pipeline, formatted as `alloy fmt` does it. Alloy has no
 * pipelines: each component names those that it sends to, so a processor is written once for each pipeline it is in, and `forward` connectors vanish.
 * @throws Error for a component without a counterpart
 */
export function renderAlloy(pipeline: PipelineGraph): string {
  const graph = new Wiring(pipeline);
  const blocks = [
    loggingBlock(pipeline),
    ...pipeline.receivers.flatMap((component) => receiverBlocks(component, graph)),
    ...graph.processors,
    ...pipeline.connectors
      .filter(({ kind }) => kind !== "forward")
      .map((component) => connectorBlock(component, graph)),
    ...pipeline.exporters.flatMap((component) => exporterBlocks(component, pipeline)),
    ...pipeline.extensions.map(extensionBlock),
  ];
  const all = [...blocks, ...secretBlocks(pipeline, blocks)];
  refuseSameNames(all);
  return printAlloy(all, `Grafana Alloy ${ALLOY.version}. Generated from pipeline/; change that, not this.`);
}

/** A processor in one pipeline: one component, or a few in a row. */
interface Place {
  readonly key: string;
  readonly label: string;
  readonly component: Component;
  readonly pipeline: SignalPipeline;
  readonly position: number;
  readonly parts: readonly Part[];
}

/** Which component sends to which. */
class Wiring {
  /** The components that processors are. */
  readonly processors: readonly Block[];
  readonly #pipelines: readonly SignalPipeline[];
  readonly #connectors: ReadonlyMap<string, Component>;
  readonly #exporters: ReadonlyMap<string, Component>;
  readonly #inputs: ReadonlyMap<string, string>;

  constructor({ processors, connectors, exporters, service: { pipelines } }: PipelineGraph) {
    this.#pipelines = pipelines;
    this.#connectors = byId(connectors);
    this.#exporters = byId(exporters);
    const placed = placesOf(pipelines, byId(processors));
    this.#inputs = new Map(placed.map(({ key, label, parts }) => [key, `${parts[0]?.kind}.${label}.input`]));
    this.processors = placed.flatMap((place) => this.#blocksOf(place));
  }

  /** Where a receiver or connector sends each signal. */
  outputsOf(id: string): Outputs {
    return outputs((signal) =>
      this.#pipelines.filter((p) => p.signal === signal && p.receivers.includes(id)).flatMap((p) => this.#from(p, 0)),
    );
  }

  #blocksOf({ label, parts, component, pipeline, position }: Place): readonly Block[] {
    const { signal } = pipeline;
    return parts.map((part, i) => {
      const next = parts[i + 1];
      const to = next ? [`${next.kind}.${label}.input`] : this.#from(pipeline, position + 1);
      return blockOf(part, label, { [signal]: to }, i === 0 ? component.why : undefined);
    });
  }

  /** What is fed by a pipeline at one of its processors, or behind the last one. */
  #from(p: SignalPipeline, position: number): readonly string[] {
    const processor = p.processors[position];
    if (processor !== undefined) return [this.#inputs.get(keyOf(processor, p)) ?? ""];
    return p.exporters.flatMap((id) => this.#into(id, carried(p.signal)));
  }

  #into(id: string, signal: TelemetrySignal): readonly string[] {
    const exporter = this.#exporters.get(id);
    if (exporter) return [`${counterpart("exporter", exporter)}.${extensionLabel(exporter)}.input`];
    const connector = this.#connectors.get(id);
    if (connector === undefined) throw new Error(`"${id}" is not configured.`);
    if (connector.kind === "forward") return this.outputsOf(id)[signal] ?? [];
    return [`${counterpart("connector", connector)}.${connectorLabel(connector)}.input`];
  }
}

/** Its components hand on no profiles as OTLP: https://github.com/grafana/alloy/issues/6469. */
function carried(signal: PipelineSignal): TelemetrySignal {
  if (signal === "profiles") throw new Error("Alloy carries no profiles as OTLP: use collector.engine otelcol.");
  return signal;
}

const byId = (components: readonly Component[]) => new Map(components.map((each) => [componentId(each), each]));

const outputs = (to: (signal: TelemetrySignal) => readonly string[]): Outputs =>
  Object.fromEntries(SIGNALS.map((signal) => [signal, to(signal)] as const).filter(([, next]) => next.length > 0));

const keyOf = (processor: string, pipeline: SignalPipeline): string => `${processor} in ${pipelineId(pipeline)}`;

/** A component that carried several signals would close a circle where metrics are derived from spans, and Alloy refuses one. */
function placesOf(pipelines: readonly SignalPipeline[], processors: ReadonlyMap<string, Component>): readonly Place[] {
  return pipelines.flatMap((pipeline) =>
    pipeline.processors.map((id, position) => {
      const component = processors.get(id);
      if (component === undefined) throw new Error(`"${id}" is not configured.`);
      const parts = processorParts(component, carried(pipeline.signal));
      return {
        key: keyOf(id, pipeline),
        label: processorLabel(component, pipeline),
        component,
        pipeline,
        position,
        parts,
      };
    }),
  );
}

/** The pipeline's name, and the processor's own where that says more. */
function processorLabel({ kind, name }: Component, pipeline: SignalPipeline): string {
  // both become transforms, often with one name
  const own = [...(name === undefined || name === pipeline.name ? [] : [name]), ...(kind === "resource" ? [kind] : [])];
  return labelOf([pipelineId(pipeline), ...own].join("_"));
}

const connectorLabel = ({ name = "default" }: Component): string => labelOf(name);

function outputBlock(to: Outputs): Block {
  const attributes = SIGNALS.flatMap((signal) => {
    const value: Value | undefined = to[signal]?.map(expression);
    return value === undefined ? [] : [{ name: signal, value }];
  });
  return { block: "output", body: { attributes, blocks: [] } };
}

function blockOf({ kind, body }: Part, label: string, to: Outputs | undefined, why?: string): Block {
  const blocks = to ? [...body.blocks, outputBlock(to)] : body.blocks;
  return { block: kind, label, body: { ...body, blocks }, ...(why !== undefined && { why }) };
}

function receiverBlocks(component: Component, graph: Wiring): readonly Block[] {
  const label = labelOf(component.name ?? "default");
  const to = graph.outputsOf(componentId(component));
  if (component.kind !== "prometheus") return [blockOf(receiverPart(component), label, to, component.why)];
  const kind = counterpart("receiver", component);
  const bridge = blockOf({ kind, body: bodyOf({}) }, label, to);
  return [...scrapeBlocks(component, `${kind}.${label}.receiver`), bridge];
}

const connectorBlock = (component: Component, graph: Wiring): Block =>
  blockOf(connectorPart(component), connectorLabel(component), graph.outputsOf(componentId(component)), component.why);

function exporterBlocks(component: Component, { extensions }: PipelineGraph): readonly Block[] {
  const label = extensionLabel(component);
  const handlerOf = (id: string): string => {
    const extension = extensions.find((each) => componentId(each) === id);
    if (extension === undefined) throw new Error(`"${id}" is not configured.`);
    return `${counterpart("extension", extension)}.${extensionLabel(extension)}.handler`;
  };
  const { exporter, signing } = exporterParts(component, label, handlerOf);
  return [...(signing ? [blockOf(signing, label, undefined)] : []), blockOf(exporter, label, undefined, component.why)];
}

const extensionBlock = (component: Component): Block =>
  blockOf(extensionPart(component), extensionLabel(component), undefined, component.why);

function loggingBlock({ service: { telemetry } }: PipelineGraph): Block {
  const level = telemetry.logs?.level ?? "info";
  return { block: "logging", body: bodyOf({ level, format: "json" }) };
}

/** A component for each secret that is referenced by its content; others are read from their files by the components that need them. */
function secretBlocks(pipeline: PipelineGraph, blocks: readonly Block[]): readonly Block[] {
  const text = JSON.stringify(blocks);
  const used = [...secretsIn(pipeline)].filter((secret) => text.includes(secretContent(secret)));
  return used.sort().map((secret) => ({
    block: "local.file",
    label: secretLabel(secret),
    body: bodyOf({ filename: secretPath(secret), is_secret: true }),
  }));
}

/** Labels have fewer characters than ids, so that two may become one. */
function refuseSameNames(blocks: readonly Block[]): void {
  const names = blocks.map(({ block, label }) => `${block} ${label}`);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`Two components of Alloy would be called ${twice}.`);
}

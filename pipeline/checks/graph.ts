import { type Component, componentId, kindOf, type PipelineGraph, pipelineId, type SignalPipeline } from "../model.ts";

/** Chains a connector leads to from a chain: those that list it as receiver. */
export function fedBy(p: PipelineGraph, connectorId: string): readonly SignalPipeline[] {
  return p.service.pipelines.filter((chain) => chain.receivers.includes(connectorId));
}

/** Chains that feed a connector: those that list it as exporter. */
export function feeding(p: PipelineGraph, connectorId: string): readonly SignalPipeline[] {
  return p.service.pipelines.filter((chain) => chain.exporters.includes(connectorId));
}

export function isConnector(p: PipelineGraph, id: string): boolean {
  return p.connectors.some((c) => componentId(c) === id);
}

/** `forward` hands on the same signal; the others make one signal of another. */
function leadsTo(p: PipelineGraph, chain: SignalPipeline, connectorId: string): readonly SignalPipeline[] {
  const next = fedBy(p, connectorId);
  return kindOf(connectorId) === "forward" ? next.filter((n) => n.signal === chain.signal) : next;
}

/** A way data takes: chains in order, ending in one that has a real exporter (or in nothing). */
export interface Way {
  readonly chains: readonly SignalPipeline[];
  /** Processors passed, in order, with the chain they stand in. */
  readonly processors: readonly { readonly id: string; readonly chain: string }[];
  /** Exporter, or connector that makes another signal, at the end. */
  readonly end: string;
}

/** Every way from outside to an exporter or to a connector that counts; each chain at most once, so that a cycle ends. */
export function ways(p: PipelineGraph): readonly Way[] {
  const entries = p.service.pipelines.filter((chain) => chain.receivers.some((id) => !isConnector(p, id)));
  return entries.flatMap((chain) => follow(p, chain, { chains: [], processors: [] }));
}

function follow(p: PipelineGraph, chain: SignalPipeline, before: Omit<Way, "end">): readonly Way[] {
  const chains = [...before.chains, chain];
  const processors = [...before.processors, ...chain.processors.map((id) => ({ id, chain: pipelineId(chain) }))];
  return chain.exporters.flatMap((id): readonly Way[] => {
    const here = { chains, processors, end: id };
    if (!isConnector(p, id)) return [here];
    const onward = leadsTo(p, chain, id)
      .filter((next) => !chains.includes(next))
      .flatMap((next) => follow(p, next, { chains, processors }));
    return kindOf(id) === "forward" ? onward : [here, ...onward];
  });
}

export function chainAt(chain: SignalPipeline): string {
  return `service.pipelines.${pipelineId(chain)}`;
}

/** A value deep inside settings, or undefined. */
export function setting(component: Component, ...path: readonly string[]): unknown {
  let value: unknown = component.settings;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

/** Every string inside a value, with its path. */
export function strings(value: unknown, path: readonly string[] = []): readonly { path: string; text: string }[] {
  if (typeof value === "string") return [{ path: path.join("."), text: value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => strings(item, [...path, key]));
}

/** Every component of a pipeline with the section it stands in. */
export function allComponents(p: PipelineGraph): readonly { at: string; id: string; component: Component }[] {
  const sections = ["extensions", "receivers", "processors", "connectors", "exporters"] as const;
  return sections.flatMap((section) =>
    p[section].map((component) => ({
      at: `${section}.${componentId(component)}`,
      id: componentId(component),
      component,
    })),
  );
}

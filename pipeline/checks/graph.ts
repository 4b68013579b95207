import { type ExporterProfile, exporterName } from "../backend-profile.ts";
import { type Component, componentId, kindOf, type Role, SECTIONS, type Section } from "../component.ts";
import { type PipelineGraph, pipelineId, type SignalPipeline } from "../model.ts";
import type { Target } from "./rule.ts";

/** The pipelines a connector feeds: those that list it as receiver. */
export function fedBy(p: PipelineGraph, connectorId: string): readonly SignalPipeline[] {
  return p.service.pipelines.filter((pipeline) => pipeline.receivers.includes(connectorId));
}

/** The pipelines that feed a connector: those that list it as exporter. */
export function feeding(p: PipelineGraph, connectorId: string): readonly SignalPipeline[] {
  return p.service.pipelines.filter((pipeline) => pipeline.exporters.includes(connectorId));
}

export function isConnector(p: PipelineGraph, id: string): boolean {
  return p.connectors.some((c) => componentId(c) === id);
}

/** `forward` passes the same signal on; the others derive one signal from another. */
export function leadsTo(p: PipelineGraph, pipeline: SignalPipeline, connectorId: string): readonly SignalPipeline[] {
  const next = fedBy(p, connectorId);
  return kindOf(connectorId) === "forward" ? next.filter((n) => n.signal === pipeline.signal) : next;
}

/** A path of data: pipelines in order, the last of which has a real exporter (or none). */
export interface Path {
  readonly pipelines: readonly SignalPipeline[];
  /** Processors passed, in order, with the id of their pipeline. */
  readonly processors: readonly { readonly id: string; readonly pipeline: string }[];
  /** The exporter, or the connector that derives another signal, at the end. */
  readonly end: string;
}

/** Every path from a receiver to an exporter or to a connector that derives metrics; each pipeline at most once, so that a cycle ends. */
export function paths(p: PipelineGraph): readonly Path[] {
  const entries = p.service.pipelines.filter((pipeline) => pipeline.receivers.some((id) => !isConnector(p, id)));
  return entries.flatMap((pipeline) => follow(p, pipeline, { pipelines: [], processors: [] }));
}

function follow(p: PipelineGraph, pipeline: SignalPipeline, before: Omit<Path, "end">): readonly Path[] {
  const pipelines = [...before.pipelines, pipeline];
  const processors = [
    ...before.processors,
    ...pipeline.processors.map((id) => ({ id, pipeline: pipelineId(pipeline) })),
  ];
  return pipeline.exporters.flatMap((id): readonly Path[] => {
    const here = { pipelines, processors, end: id };
    if (!isConnector(p, id)) return [here];
    const onward = leadsTo(p, pipeline, id)
      .filter((next) => !pipelines.includes(next))
      .flatMap((next) => follow(p, next, { pipelines, processors }));
    return kindOf(id) === "forward" ? onward : [here, ...onward];
  });
}

/** Where a pipeline is configured. */
export function pipelineAt(pipeline: SignalPipeline): string {
  return `service.pipelines.${pipelineId(pipeline)}`;
}

/** A component, its id, and where it is configured. */
export interface Placed {
  readonly place: string;
  readonly role: Role;
  readonly id: string;
  readonly component: Component;
}

/** Every component of a configuration. */
export function allComponents(p: PipelineGraph): readonly Placed[] {
  return SECTIONS.flatMap(([section]) => componentsIn(p, section));
}

const ROLES = Object.fromEntries(SECTIONS) as Readonly<Record<Section, Role>>;

/** The components of one section, of one kind or of all. */
export function componentsIn(p: PipelineGraph, section: Section, kind?: string): readonly Placed[] {
  const role = ROLES[section];
  return p[section]
    .filter((component) => kind === undefined || component.kind === kind)
    .map((component) => ({
      place: `${section}.${componentId(component)}`,
      role,
      id: componentId(component),
      component,
    }));
}

/** Exporters that belong to a backend of the target, with the profile of that backend. */
export function profiled(
  p: PipelineGraph,
  target: Target,
): readonly { exporter: Component; profile: ExporterProfile; id: string }[] {
  return (target.backends ?? []).flatMap((backend) =>
    backend.exporters.flatMap((profile) =>
      p.exporters
        .filter((exporter) => exporter.name === exporterName(backend, profile))
        .map((exporter) => ({ exporter, profile, id: componentId(exporter) })),
    ),
  );
}

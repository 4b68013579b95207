import type { Connector } from "./components/connectors.ts";
import type { Exporter } from "./components/exporters.ts";
import type { Extension } from "./components/extensions.ts";
import type { Processor } from "./components/processors.ts";
import type { Receiver } from "./components/receivers.ts";
import type { Signal } from "./signal.ts";

export type { Connector, Exporter, Extension, Processor, Receiver };

/**
 * One configured component. `kind` is the canonical component name, always the oldest one (`otlphttp`, `spanmetrics`); the
 * renderer writes the name the target version knows. Settings carry the collector's own key names, so that its documentation is ours.
 */
export interface Component<Kind extends string = string, Settings extends object = object> {
  readonly kind: Kind;
  /** Instance name, the part after the slash. Absent: the only instance of its kind. */
  readonly name?: string;
  readonly settings: Settings;
  /** One sentence for the reader of the rendered file. */
  readonly why?: string;
}

export type Role = "receiver" | "processor" | "connector" | "exporter" | "extension";

/** A chain of one signal. Members are component ids (`kind` or `kind/name`); connectors stand among receivers and exporters. */
export interface SignalPipeline {
  readonly signal: Signal;
  readonly name?: string;
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  readonly exporters: readonly string[];
  readonly why?: string;
}

/** How the collector tells about itself. */
export interface SelfTelemetry {
  readonly resource?: Readonly<Record<string, string>>;
  readonly logs?: {
    readonly level: "debug" | "info" | "warn" | "error";
    readonly encoding: "json" | "console";
    readonly disable_stacktrace?: boolean;
  };
  readonly metrics?: object;
}

/** A whole collector configuration, with components open to any kind: what checks, renderer and importer work on. */
export interface PipelineGraph {
  readonly receivers: readonly Component[];
  readonly processors: readonly Component[];
  readonly connectors: readonly Component[];
  readonly exporters: readonly Component[];
  readonly extensions: readonly Component[];
  readonly service: {
    /** Ids of the extensions that are started. */
    readonly extensions: readonly string[];
    readonly telemetry: SelfTelemetry;
    readonly pipelines: readonly SignalPipeline[];
  };
}

/** The same with every component typed by its kind: what `buildPipeline` yields. */
export interface Pipeline extends PipelineGraph {
  readonly receivers: readonly Receiver[];
  readonly processors: readonly Processor[];
  readonly connectors: readonly Connector[];
  readonly exporters: readonly Exporter[];
  readonly extensions: readonly Extension[];
}

export function componentId(component: { readonly kind: string; readonly name?: string }): string {
  return component.name === undefined ? component.kind : `${component.kind}/${component.name}`;
}

export function pipelineId(pipeline: { readonly signal: Signal; readonly name?: string }): string {
  return pipeline.name === undefined ? pipeline.signal : `${pipeline.signal}/${pipeline.name}`;
}

export function kindOf(id: string): string {
  return id.split("/", 1)[0] ?? id;
}

import type { Component, Section } from "./component.ts";
import type { Connector, Exporter, Extension, Processor, Receiver } from "./components.ts";
import type { PipelineSignal } from "./signal.ts";

/** One pipeline of the collector, which carries one signal. Members are component ids (`kind` or `kind/name`); connectors are listed among receivers and exporters. */
export interface SignalPipeline {
  readonly signal: PipelineSignal;
  readonly name?: string;
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  readonly exporters: readonly string[];
  readonly why?: string;
}

/** How the collector reports on itself. */
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

/** A part of a configuration: components, and the pipelines that use them. `buildPipeline` merges the parts. */
export interface Fragment extends Partial<Pick<Pipeline, Section>> {
  readonly pipelines?: readonly SignalPipeline[];
}

export function pipelineId(pipeline: { readonly signal: PipelineSignal; readonly name?: string }): string {
  return pipeline.name === undefined ? pipeline.signal : `${pipeline.signal}/${pipeline.name}`;
}

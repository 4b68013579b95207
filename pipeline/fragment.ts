import type { Connector, Exporter, Extension, Processor, Receiver, SignalPipeline } from "./model.ts";

/** A part of a pipeline: components and the chains they stand in. Parts are made apart and merged by `buildPipeline`. */
export interface Fragment {
  readonly receivers?: readonly Receiver[];
  readonly processors?: readonly Processor[];
  readonly connectors?: readonly Connector[];
  readonly exporters?: readonly Exporter[];
  readonly extensions?: readonly Extension[];
  readonly pipelines?: readonly SignalPipeline[];
}

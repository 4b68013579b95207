/** The three signals a pipeline can carry, in the order in which they are always listed. */
export const SIGNALS = ["traces", "metrics", "logs"] as const;

export type TelemetrySignal = (typeof SIGNALS)[number];

/** What a pipeline of the collector carries: besides the three, profiles, which are off by default and which few backends take. */
export type PipelineSignal = TelemetrySignal | "profiles";

/** The place where the collector counts what came in; the other places are the names of exporters. */
export const RECEIVED = "received";

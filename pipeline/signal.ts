/** The three signals a pipeline can carry, in the order in which they are always listed. */
export const signals = ["traces", "metrics", "logs"] as const;

export type TelemetrySignal = (typeof signals)[number];

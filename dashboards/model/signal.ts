import type { Expression } from "./expression.ts";
import { metricsOf, readsLogs } from "./expression.ts";
import type { Source } from "./source.ts";

/** Units a person reads; each renderer has its own word for them. */
export type Unit =
  | "s"
  | "ms"
  | "bytes"
  | "bytes/s"
  | "share"
  | "percent"
  | "requests/s"
  | "messages/s"
  | "operations/s"
  | "spans/s"
  | "records/s"
  | "count"
  | "cores"
  | "per minute"
  | "state";

/** One number worth showing or alerting on, defined once. */
export interface Signal {
  readonly id: string;
  readonly name: string;
  readonly unit: Unit;
  /** One sentence a person understands without knowing the metric. */
  readonly meaning: string;
  readonly value: Expression;
  /** Parts of the pipeline that must be deployed for it to have data. */
  readonly sources: readonly Source[];
}

/**
 * Defines a signal; its sources follow from what it reads.
 * @param id unique in a stack, lower case with dashes
 * @param name what a legend says
 */
export function signal(id: string, name: string, unit: Unit, of: Pick<Signal, "meaning" | "value">): Signal {
  const { meaning, value } = of;
  const fromMetrics = metricsOf(value).map((metric) => metric.source);
  const fromLogs: readonly Source[] = readsLogs(value) ? ["logs"] : [];
  return { id, name, unit, meaning, value, sources: [...new Set([...fromMetrics, ...fromLogs])] };
}

/** Defines signals of one service: its name is in their ids and meanings. */
export function signalsOf(service: string): typeof signal {
  return (what, name, unit, { meaning, value }) =>
    signal(`${service}-${what}`, name, unit, { meaning: `${meaning} (${service})`, value });
}

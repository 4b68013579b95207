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
  /** PromQL for Prometheus exporters where they cut the number differently; `{scope}` and `{window}` are filled in. */
  readonly exporters?: string;
}

export interface SignalArgs {
  readonly name: string;
  readonly unit: Unit;
  readonly meaning: string;
  readonly value: Expression;
  /** Only what the metrics themselves do not say, for example spans of an extra instrumentation. */
  readonly sources?: readonly Source[];
  /** PromQL for Prometheus exporters where they cut the number differently: `rate(x{scope}[{window}])`. */
  readonly exporters?: string;
}

/** Defines a signal; its sources follow from the metrics it reads. */
export function signal(id: string, args: SignalArgs): Signal {
  const fromMetrics = metricsOf(args.value).map((metric) => metric.source);
  const fromLogs: readonly Source[] = readsLogs(args.value) ? ["logs"] : [];
  const sources = [...new Set([...fromMetrics, ...fromLogs, ...(args.sources ?? [])])];
  const { name, unit, meaning, value } = args;
  return {
    id,
    name,
    unit,
    meaning,
    value,
    sources,
    ...(args.exporters === undefined ? {} : { exporters: args.exporters }),
  };
}

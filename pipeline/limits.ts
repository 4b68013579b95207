import type { Processor } from "./components.ts";
import type { Limits, PipelineInput } from "./input.ts";

/** Where nobody says otherwise: more than any metric of a stack of fifty services has. */
const SERIES_OF_METRIC = 5000;

const each = (what: string, outcomes: readonly string[]): readonly string[] =>
  outcomes.flatMap((outcome) =>
    ["spans", "metric_points", "log_records"].map((items) => `otelcol_${what}_${outcome}_${items}`),
  );

/** What the loss ledger reads. Were any of it left out, nobody would know what the limit leaves out. */
const LEDGER_METRICS: readonly string[] = [
  ...["otelcol_ledger_items", "otelcol_ledger_minute_items", "otelcol_process_uptime", "otelcol_exporter_queue_size"],
  ...each("receiver", ["accepted", "refused", "failed"]),
  ...["incoming_items", "outgoing_items", "clock_guard_items"].map((of) => `otelcol_processor_${of}`),
  ...["otelcol_processor_series_limit_dropped_points", "otelcol_processor_log_dedup_dropped_records"],
  ...["spans", "failed_spans", "held_spans"].map((of) => `otelcol_processor_trace_sampler_${of}`),
  ...each("exporter", ["sent", "send_failed", "enqueue_failed"]),
];

/** Fifty services, three signals, three minutes and a few exporters. */
const SERIES_OF_LEDGER = 2000;

/** The series of each metric, bounded: what exceeds is dropped and counted. Own distribution only. */
export function seriesLimit({
  collector,
  limits,
}: Pick<PipelineInput, "collector" | "limits">): readonly Processor<"series_limit">[] {
  if (collector.distribution !== "own") return [];
  const { series = SERIES_OF_METRIC, metrics: named = {} }: Limits = limits ?? {};
  const ledger = series < SERIES_OF_LEDGER ? LEDGER_METRICS.map((name) => [name, SERIES_OF_LEDGER]) : [];
  const metrics: Readonly<Record<string, number>> = { ...Object.fromEntries(ledger), ...named };
  return [
    {
      kind: "series_limit",
      why: "A label that holds an id makes a series for each value: otelcol_processor_series_limit_dropped_points counts what is beyond the limit.",
      settings: {
        per_metric: series,
        ...(Object.keys(metrics).length > 0 && { metrics }),
        expire: "15m",
      },
    },
  ];
}

/** A message that a service repeats faster than the limit, thinned out and counted. Own distribution only. */
export function logDedup({
  collector,
  limits,
}: Pick<PipelineInput, "collector" | "limits">): readonly Processor<"log_dedup">[] {
  const limit = limits?.repeatedRecords;
  if (collector.distribution !== "own" || limit === undefined) return [];
  return [
    {
      kind: "log_dedup",
      why: "Behind privacy, which makes more of them equal. Every record that is left out is counted, and the next one says for how many it stands.",
      settings: { limit, window: "10s" },
    },
  ];
}

/** What the collector says of itself, as far as the ledger reads it. Pure. */
import type { TelemetrySignal } from "../../pipeline/signal.ts";

export type Labels = Readonly<Record<string, string>>;

/** One number; names as the collector writes them, without what a store appends. */
export interface Sample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

/** All numbers of one moment: one scrape. */
export interface Reading {
  readonly at: Date;
  /** Which collector said it, where there are several (`service.instance.id`). */
  readonly collector?: string;
  readonly samples: readonly Sample[];
}

/** One number of a place, signal and service. */
export interface MinuteItems {
  readonly place: string;
  readonly signal: TelemetrySignal;
  readonly service: string;
  readonly items: number;
}

export interface WholeMinutes {
  readonly window: { readonly from: Date; readonly to: Date };
  readonly items: readonly MinuteItems[];
}

/** What the ledger reads, as a regular expression of names (anchored). */
export const LEDGER_METRICS =
  "otelcol_(ledger_items|ledger_minute_items|process_uptime" +
  "|receiver_(accepted|refused|failed)_(spans|metric_points|log_records)" +
  "|processor_(incoming|outgoing)_items|processor_clock_guard_items|processor_series_limit_dropped_points|processor_log_dedup_dropped_records|processor_trace_sampler_(spans|failed_spans|held_spans)" +
  "|processor_tail_sampling_global_count_traces_sampled" +
  "|exporter_(sent|send_failed|enqueue_failed)_(spans|metric_points|log_records)|exporter_queue_size)";

/** The labels that say what was counted; what a store adds says whose it is. */
export const LEDGER_LABELS = [
  ...["place", "signal", "service", "outcome", "receiver", "transport", "processor", "otel_signal"],
  ...["exporter", "data_type", "decision", "reason", "minute", "metric"],
];

/** Levels; everything else is counted from the start of the process. */
const GAUGES: ReadonlySet<string> = new Set([
  "otelcol_exporter_queue_size",
  "otelcol_ledger_minute_items",
  "otelcol_processor_trace_sampler_held_spans",
]);

const UPTIME = "otelcol_process_uptime";

/** What was counted between the first and the last reading, levels as their change. */
export interface Counted {
  readonly from: Date;
  readonly to: Date;
  /** How often the collector began anew meanwhile. What it counted between its last reading and its end is unknown. */
  readonly restarts: number;
  sum(name: string, where?: Labels): number;
  /** All that was counted under a name, each set of labels once. */
  of(name: string): readonly Sample[];
}

/**
 * Counts from reading to reading; a process that began anew counts from zero.
 * @param readings at least one, oldest first
 */
export function counted(readings: readonly Reading[]): Counted | undefined {
  const [first, last] = [readings[0], readings.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const total = new Map<string, Sample>();
  const add = (sample: Sample, value: number): void => {
    const key = keyOf(sample);
    total.set(key, { ...sample, value: (total.get(key)?.value ?? 0) + value });
  };
  let restarts = 0;
  for (const [i, reading] of readings.entries()) {
    const before = readings[i - 1];
    if (before === undefined) continue;
    const earlier = new Map(before.samples.map((sample) => [keyOf(sample), sample.value]));
    const restarted = uptime(reading) < uptime(before) || anyFell(earlier, reading);
    if (restarted) restarts++;
    const known = restarted ? new Map<string, number>() : earlier;
    for (const sample of reading.samples)
      if (!GAUGES.has(sample.name)) add(sample, sample.value - (known.get(keyOf(sample)) ?? 0));
  }
  const levels = (reading: Reading) => reading.samples.filter(({ name }) => GAUGES.has(name));
  for (const sample of levels(last)) add(sample, sample.value);
  for (const sample of levels(first)) add(sample, -sample.value);
  const all = [...total.values()];
  const of = (name: string) => all.filter((sample) => sample.name === name);
  return {
    from: first.at,
    to: last.at,
    restarts,
    of,
    sum: (name, where = {}) =>
      of(name)
        .filter(({ labels }) => Object.entries(where).every(([key, is]) => labels[key] === is))
        .reduce((sum, { value }) => sum + value, 0),
  };
}

/** Whether a counter did: of a process that began anew its uptime may exceed that of a young one before it. */
const anyFell = (earlier: ReadonlyMap<string, number>, { samples }: Reading): boolean =>
  samples.some((sample) => !GAUGES.has(sample.name) && sample.value < (earlier.get(keyOf(sample)) ?? 0));

function uptime({ samples }: Reading): number {
  return samples.find(({ name }) => name === UPTIME)?.value ?? 0;
}

function keyOf({ name, labels }: Sample): string {
  return JSON.stringify([name, Object.entries(labels).sort()]);
}

/** The loss ledger: what came into the collector against what became of it, for every exporter and signal. Pure. */
import { RECEIVED, SIGNALS, type TelemetrySignal } from "../../pipeline/signal.ts";
import { type Counted, counted, type Labels, type Reading } from "./reading.ts";

/** One exporter and signal. `received + made + again` is the sum of what follows. */
export interface LedgerRow {
  /** Name of the exporter, which is its backend's. */
  readonly exporter: string;
  readonly signal: TelemetrySignal;
  /** Taken from applications, browsers, containers and what is scraped. */
  readonly received: number;
  /** Metric points that the collector made: from spans, and the zeros that series begin with. */
  readonly made: number;
  /** Came in a second time: a later step had refused it after this exporter had taken it, so the sender sent it again. */
  readonly again: number;
  /** Dropped as configured: noise, points of a wrong clock, the first value of a counter where a backend wants deltas. */
  readonly byRule: number;
  /** Left out by `sampling`. With upstream's tail sampling, which counts no spans: what is left. */
  readonly sampled: number;
  /** Waiting for the sampling decision: the change between the two readings, so it can be below 0. */
  readonly held: number;
  /** In the queue on disk, or on its way: the change, too. */
  readonly queued: number;
  /** Taken by the backend. */
  readonly sent: number;
  /** Refused by the backend for good. */
  readonly rejected: number;
  /** Did not fit into the queue, or stayed in the sampler until its memory was full. */
  readonly lost: number;
  /** What is left. Above 0: it vanished, and nothing counted it. Below 0: more left the collector than came in. */
  readonly difference: number;
}

export interface Ledger {
  /** Times of the first and the last reading (ISO 8601). */
  readonly from: string;
  readonly to: string;
  /** How often the collector was restarted between them. */
  readonly restarts: number;
  readonly rows: readonly LedgerRow[];
  /** Refused by the receivers; senders try again for a while. */
  readonly refused: Readonly<Record<TelemetrySignal, number>>;
  /** One sentence for each thing that does not balance; none: the ledger closes. */
  readonly problems: readonly string[];
}

const UNITS: Readonly<Record<TelemetrySignal, string>> = {
  traces: "spans",
  metrics: "metric_points",
  logs: "log_records",
};

const ITEMS = "otelcol_ledger_items";
const UPSTREAM_SAMPLER = "otelcol_processor_tail_sampling_global_count_traces_sampled";
/** Steps before the place where what is received is counted. */
const BEFORE = /^filter\/app-host-metrics$|\/(from-.*|browser)$/;

/** @param readings oldest first; fewer than two are no ledger */
export function balance(readings: readonly Reading[]): Ledger | undefined {
  const count = readings.length < 2 ? undefined : counted(readings);
  if (count === undefined) return undefined;
  const rows = count
    .of("otelcol_exporter_queue_size")
    .flatMap(({ labels: { exporter = "", data_type: type } }) =>
      SIGNALS.filter((signal) => signal === type).map((signal) => rowOf(count, exporter, signal)),
    )
    .toSorted((a, b) => a.exporter.localeCompare(b.exporter) || SIGNALS.indexOf(a.signal) - SIGNALS.indexOf(b.signal));
  return {
    from: count.from.toISOString(),
    to: count.to.toISOString(),
    restarts: count.restarts,
    rows,
    refused: {
      traces: refusedOf(count, "traces"),
      metrics: refusedOf(count, "metrics"),
      logs: refusedOf(count, "logs"),
    },
    problems: [
      ...SIGNALS.flatMap((signal) => intakeProblem(count, signal)),
      ...rows.flatMap((row) => problemOf(row, count.restarts)),
    ],
  };
}

/** The balance of all collectors, each by its own readings: those of one say nothing of the moment at which another is read. */
export function bestBalances(readings: readonly Reading[], begun: Date, ended?: Date): Ledger | undefined {
  const each = [...Map.groupBy(readings, ({ collector = "" }) => collector)].flatMap(([collector, own]) => {
    const ledger = bestBalance(own, begun, ended);
    return ledger === undefined ? [] : [{ collector, ledger }];
  });
  const [first] = each;
  return each.length < 2 ? first?.ledger : together(each);
}

/** Several collectors as one: what came into any, and what became of it. */
function together(each: readonly { readonly collector: string; readonly ledger: Ledger }[]): Ledger {
  const ledgers = each.map(({ ledger }) => ledger);
  const rows = groups(
    ledgers.flatMap((ledger) => ledger.rows),
    ({ exporter, signal }) => `${exporter} ${signal}`,
  );
  const refused = (signal: TelemetrySignal) => sum(ledgers.map((ledger) => ledger.refused[signal]));
  return {
    from: ledgers.map(({ from }) => from).toSorted()[0] ?? "",
    to:
      ledgers
        .map(({ to }) => to)
        .toSorted()
        .at(-1) ?? "",
    restarts: sum(ledgers.map(({ restarts }) => restarts)),
    rows: rows.map(added),
    refused: { traces: refused("traces"), metrics: refused("metrics"), logs: refused("logs") },
    problems: each.flatMap(({ collector, ledger }) => ledger.problems.map((problem) => `${collector}: ${problem}`)),
  };
}

const groups = <T>(all: readonly T[], key: (one: T) => string): readonly (readonly T[])[] => [
  ...Map.groupBy(all, key).values(),
];

/** One of the same exporter and signal with every number the sum of theirs. */
function added(some: readonly LedgerRow[]): LedgerRow {
  return some.reduce((all, one) => {
    const sums = Object.entries(one).map(([key, value]) => [
      key,
      typeof value === "number" ? Number(Reflect.get(all, key)) + value : value,
    ]);
    return Object.fromEntries(sums);
  });
}

/**
 * The balance of those readings between which it closes: at another moment something is on its way between two counters. Where it never does,
 * that of the last readings.
 * @param begun what was counted before it does not matter: the last readings before it are tried as the first one
 * @param ended readings from before it are too early to be the last one. Default: any
 */
export function bestBalance(readings: readonly Reading[], begun: Date, ended?: Date): Ledger | undefined {
  const starts = readings.flatMap(({ at }, i) => (at <= begun ? [i] : [])).slice(-3);
  const firsts = starts.length === 0 ? [0] : starts.toReversed();
  const lasts = readings.flatMap(({ at }, i) => (ended === undefined || at >= ended ? [i] : [])).toReversed();
  const pairs = lasts.flatMap((last) => firsts.filter((first) => first < last).map((first) => [first, last] as const));
  let newest: Ledger | undefined;
  for (const [first, last] of pairs) {
    const ledger = balance(readings.slice(first, last + 1));
    if (ledger?.problems.length === 0) return ledger;
    newest ??= ledger;
  }
  return newest;
}

function rowOf(count: Counted, exporter: string, signal: TelemetrySignal): LedgerRow {
  const name = exporter.slice(exporter.indexOf("/") + 1);
  const ended = (what: string): number => count.sum(`otelcol_exporter_${what}_${UNITS[signal]}`, { exporter });
  const inside = insideOf(count, signal);
  const dropped = droppedBy(count, signal, name);
  const sampler = (what: string, where: Labels = {}): number =>
    signal === "traces" ? count.sum(`otelcol_processor_trace_sampler_${what}`, where) : 0;
  const handedBack = count.sum(ITEMS, { place: RECEIVED, signal, outcome: "refused" });
  const full = ended("enqueue_failed");
  const madeForAll = signal === "metrics" ? inside - handedBack - gathered(count) : 0;
  // points of span metrics in the kind of histogram that only some exporters take join behind the first counter
  const given = countsItems(count) ? count.sum(ITEMS, { place: name, signal }) : 0;
  const madeForIt = signal === "metrics" ? Math.max(0, given - (inside - dropped.byRule)) : 0;
  const made = madeForAll + madeForIt;
  const terms = {
    received: inside - handedBack - madeForAll,
    made,
    again: Math.max(0, handedBack - full),
    byRule: dropped.byRule,
    sampled: dropped.sampled + sampler("spans", { decision: "dropped" }),
    held: sampler("held_spans"),
    queued: count.sum("otelcol_exporter_queue_size", { exporter, data_type: signal }),
    sent: ended("sent"),
    rejected: ended("send_failed"),
    lost: Math.max(0, full - handedBack) + sampler("failed_spans"),
  };
  const { received, made: _, again, ...became } = terms;
  const difference = received + made + again - sum(Object.values(became));
  // upstream's tail sampling counts traces, not spans: what is left is what it dropped
  const unseen = signal === "traces" && count.of(UPSTREAM_SAMPLER).length > 0 && !countsItems(count);
  return unseen && difference > 0
    ? { exporter: name, signal, ...terms, sampled: difference, difference: 0 }
    : { exporter: name, signal, ...terms, difference };
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** Everything that came behind the memory limiter, also what was refused further in. Upstream's images count it at the first step that counts. */
function insideOf(count: Counted, signal: TelemetrySignal): number {
  if (countsItems(count)) return count.sum(ITEMS, { place: RECEIVED, signal });
  const first = { traces: "filter/noise", metrics: "filter/clock", logs: "resource/deployment" }[signal];
  return count.sum("otelcol_processor_incoming_items", { processor: first, otel_signal: signal });
}

const countsItems = (count: Counted): boolean => count.of(ITEMS).some(({ labels }) => labels.place === RECEIVED);

/** Points from receivers that passed the rules there: what else is inside was made from spans, or is a zero that a series begins with. */
function gathered(count: Counted): number {
  const before = steps(count, "metrics").filter(({ processor }) => BEFORE.test(processor));
  return acceptedOf(count, "metrics") - sum(before.map(({ dropped }) => dropped));
}

function droppedBy(count: Counted, signal: TelemetrySignal, name: string) {
  const behind = steps(count, signal).filter(
    ({ processor }) => !BEFORE.test(processor) && (!processor.includes("/to-") || processor.endsWith(`/to-${name}`)),
  );
  const sampled = behind.filter(({ processor }) => processor.startsWith("probabilistic_sampler"));
  const limited = limitedBy(count, signal);
  const total = (of: typeof behind) => sum(of.map(({ dropped }) => dropped));
  return { byRule: total(behind) - total(sampled) + limited, sampled: total(sampled) };
}

/** What our own processors leave out by rule, which count by themselves. */
function limitedBy(count: Counted, signal: TelemetrySignal): number {
  if (!countsItems(count)) return 0;
  switch (signal) {
    case "traces":
      return 0;
    case "metrics":
      return (
        count.sum("otelcol_processor_clock_guard_items", { signal: "metrics" }) +
        count.sum("otelcol_processor_series_limit_dropped_points")
      );
    case "logs":
      return count.sum("otelcol_processor_log_dedup_dropped_records");
    default:
      return signal satisfies never;
  }
}

/** Processors that let nothing disappear: the first refuses instead, the second adds what is then among the points that were made. */
const LETS_ALL_PASS = /^(memory_limiter|series_start\/.*)$/;

/** What each processor let disappear. */
function steps(count: Counted, signal: TelemetrySignal): readonly { processor: string; dropped: number }[] {
  return count
    .of("otelcol_processor_incoming_items")
    .filter(({ labels }) => labels.otel_signal === signal && !LETS_ALL_PASS.test(labels.processor ?? ""))
    .map(({ labels: { processor = "" }, value }) => ({
      processor,
      dropped: value - count.sum("otelcol_processor_outgoing_items", { processor, otel_signal: signal }),
    }));
}

const acceptedOf = (count: Counted, signal: TelemetrySignal): number =>
  count.sum(`otelcol_receiver_accepted_${UNITS[signal]}`);

const refusedOf = (count: Counted, signal: TelemetrySignal): number =>
  count.sum(`otelcol_receiver_refused_${UNITS[signal]}`) + count.sum(`otelcol_receiver_failed_${UNITS[signal]}`);

/** What receivers took for the pipeline of a signal. Upstream's receiver of OTLP counts samples of profiles as spans (otlpreceiver 0.145.0, internal/profiles). */
function acceptedFor(count: Counted, signal: TelemetrySignal): number {
  switch (signal) {
    case "traces":
      return acceptedOf(count, signal) - count.sum(ITEMS, { place: RECEIVED, signal: "profiles", outcome: "taken" });
    case "metrics":
      return gathered(count);
    case "logs":
      return acceptedOf(count, signal);
    default:
      return signal satisfies never;
  }
}

/** What receivers took and the first counter did not see, or the other way round. Of metrics that is what is made from spans. */
function intakeProblem(count: Counted, signal: TelemetrySignal): readonly string[] {
  if (!countsItems(count)) return [];
  const taken = count.sum(ITEMS, { place: RECEIVED, signal, outcome: "taken" });
  const missing = acceptedFor(count, signal) - taken;
  if (missing === 0 || (signal === "metrics" && missing < 0)) return [];
  return [
    `${signal}: receivers took ${Math.abs(missing)} ${missing > 0 ? "more" : "fewer"} than went into the pipeline.`,
  ];
}

function problemOf({ exporter, signal, difference }: LedgerRow, restarts: number): readonly string[] {
  if (difference === 0) return [];
  const why =
    restarts > 0
      ? " The collector began anew meanwhile: what it counted just before is unknown, and so is what it held."
      : "";
  return [
    difference > 0
      ? `${exporter}, ${signal}: ${difference} came in and are nowhere.${why}`
      : `${exporter}, ${signal}: ${-difference} more left than came in.${why}`,
  ];
}

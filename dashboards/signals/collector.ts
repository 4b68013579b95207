import { constant, max, orZero, per, plus, rate, times } from "../model/build.ts";
import type { Expression } from "../model/expression.ts";
import type { Metric, MetricKind } from "../model/metric.ts";
import { signal } from "../model/signal.ts";

function metric(name: string, kind: MetricKind, unit: string, attributes: readonly string[]): Metric {
  const source = /^processor_(tail_sampling|trace_sampler)/.test(name) ? "collector:sampling" : "collector:self";
  return { name: `otelcol_${name}`, kind, unit, source, attributes };
}

const RECEIVER = ["receiver"];
const EXPORTER = ["exporter"];

/** What is counted of spans, metric points and log records alike. */
const counted = (what: string, attributes: readonly string[]) => ({
  spans: metric(`${what}_spans`, "counter", "", attributes),
  points: metric(`${what}_metric_points`, "counter", "", attributes),
  records: metric(`${what}_log_records`, "counter", "", attributes),
});

/** All three together, per second. */
const together = ({ spans, points, records }: ReturnType<typeof counted>): Expression =>
  plus(plus(orZero(rate(spans)), orZero(rate(points))), orZero(rate(records)));

const accepted = counted("receiver_accepted", RECEIVER);
const refused = counted("receiver_refused", RECEIVER);
const sent = counted("exporter_sent", EXPORTER);
const failed = counted("exporter_send_failed", EXPORTER);
const lost = counted("exporter_enqueue_failed", EXPORTER);
/** Of our own distribution: what was sampled to be kept and never taken by the next step. There is none of it without sampling. */
const lostBySampler: Metric = {
  ...metric("processor_trace_sampler_failed_spans", "counter", "", []),
  source: "collector:self",
};

/** Of our own distribution: the balance of its own counters, and queue files that had to be begun anew. */
const unaccounted = metric("ledger_lost_items", "counter", "", ["exporter", "signal"]);
const damagedQueues = metric("ledger_damaged_queues", "counter", "", []);

const queueSize = metric("exporter_queue_size", "gauge", "", EXPORTER);
const queueCapacity = metric("exporter_queue_capacity", "gauge", "", EXPORTER);
export const uptime = metric("process_uptime", "counter", "", []);
const sampledTraces = metric("processor_tail_sampling_global_count_traces_sampled", "counter", "", ["sampled"]);

/** Of our own distribution; upstream's tail sampling counts traces only. */
const judgedSpans = metric("processor_trace_sampler_spans", "counter", "", ["decision", "reason"]);

const MONTH_SECONDS = 30 * 86_400;
/** Of one: mean sizes as measured on the example, good for the order of magnitude only. */
const BYTES = { span: 1200, record: 600, point: 100 };
/** What Grafana Cloud takes in a month without payment, of traces and of logs each. */
const FREE_BYTES = 50e9;

/** What a month at the present rate brings. */
const monthly = (sort: Metric, each = 1): Expression => times(orZero(rate(sort)), MONTH_SECONDS * each);

/** The real rates as shares of those that the queues are sized for. */
export const ratesOfExpected = ({
  spans,
  points,
  records,
}: Readonly<Record<"spans" | "points" | "records", number>>) => {
  const share = (sort: Metric, limit: number): Expression => per(rate(sort), constant(limit));
  return {
    spans: signal("collector-expected-spans", "Spans of those expected", "share", {
      meaning: "Spans received per second, as a share of expected.spans",
      value: share(accepted.spans, spans),
    }),
    points: signal("collector-expected-points", "Points of those expected", "share", {
      meaning: "Metric points received per second, as a share of expected.points",
      value: share(accepted.points, points),
    }),
    records: signal("collector-expected-records", "Records of those expected", "share", {
      meaning: "Log records received per second, as a share of expected.records",
      value: share(accepted.records, records),
    }),
  };
};

/** Of our own distribution: what `limits` left out. */
const overSeriesLimit = metric("processor_series_limit_dropped_points", "counter", "", ["metric"]);
const repeatedRecords = metric("processor_log_dedup_dropped_records", "counter", "", ["service"]);
/** Of our own distribution: requests that were refused before they were read. */
const refusedRequests = metric("intake_refused_requests", "counter", "", ["transport"]);

export const collectorSignals = {
  acceptedSpanRate: signal("collector-accepted-spans", "Spans", "records/s", {
    meaning: "Spans the collector took in per second",
    value: rate(accepted.spans),
  }),
  acceptedPointRate: signal("collector-accepted-points", "Metric points", "records/s", {
    meaning: "Metric points the collector took in per second, scraped ones included",
    value: rate(accepted.points),
  }),
  acceptedRecordRate: signal("collector-accepted-records", "Log records", "records/s", {
    meaning: "Log records the collector took in per second",
    value: rate(accepted.records),
  }),
  refusedRate: signal("collector-refused", "Refused", "records/s", {
    meaning:
      "Spans, points and records turned away per second, and requests refused unread: the collector is short of memory or its queue is full",
    value: plus(together(refused), orZero(rate(refusedRequests))),
  }),
  sentSpanRate: signal("collector-sent-spans", "Spans", "records/s", {
    meaning: "Spans delivered per second, by backend",
    value: rate(sent.spans, { by: EXPORTER }),
  }),
  sentPointRate: signal("collector-sent-points", "Metric points", "records/s", {
    meaning: "Metric points delivered per second, by backend",
    value: rate(sent.points, { by: EXPORTER }),
  }),
  sentRecordRate: signal("collector-sent-records", "Log records", "records/s", {
    meaning: "Log records delivered per second, by backend",
    value: rate(sent.records, { by: EXPORTER }),
  }),
  sendFailures: signal("collector-send-failures", "Gave up", "records/s", {
    meaning: "Items per second the backend rejected for good",
    value: together(failed),
  }),
  lostRate: signal("collector-lost", "Lost", "records/s", {
    meaning:
      "Items per second that did not fit into the queue, or stayed in the sampler until its memory was full: gone",
    value: plus(together(lost), orZero(rate(lostBySampler))),
  }),
  unaccountedRate: signal("collector-unaccounted", "Nowhere", "records/s", {
    meaning:
      "Items per second that came in and were neither dropped by a rule, sent, rejected nor queued; a damaged queue counts as one",
    value: plus(orZero(rate(unaccounted)), orZero(rate(damagedQueues))),
  }),
  queueShare: signal("collector-queue-share", "Queue filled", "share", {
    meaning: "Share of the queue in use, by backend; it fills while the backend is away, at 1 telemetry is lost",
    value: per(max(queueSize, { by: EXPORTER }), max(queueCapacity, { by: EXPORTER })),
  }),
  queueItems: signal("collector-queue-items", "Queued", "count", {
    meaning: "Items waiting for the backend",
    value: max(queueSize, { by: EXPORTER }),
  }),
  scrapeErrorRate: signal("collector-scrape-errors", "Scrape errors", "records/s", {
    meaning: "Metric points that could not be read from databases, containers or the host, per second",
    value: rate(metric("scraper_errored_metric_points", "counter", "", ["receiver", "scraper"]), { by: ["receiver"] }),
  }),
  cpu: signal("collector-cpu", "CPU", "cores", {
    meaning: "Processor cores the collector keeps busy",
    value: rate(metric("process_cpu_seconds", "counter", "", [])),
  }),
  memory: signal("collector-memory", "Resident memory", "bytes", {
    meaning: "Memory of the collector's process",
    value: max(metric("process_memory_rss", "gauge", "", [])),
  }),
  uptime: signal("collector-uptime", "Uptime", "s", {
    meaning: "Time since the collector started; a fall to zero is a restart",
    value: max(uptime),
  }),
  tracesHeld: signal("collector-traces-held", "Traces held", "count", {
    meaning: "Traces in memory waiting for the sampling decision; lost if the collector is killed now",
    value: max(metric("processor_tail_sampling_sampling_traces_on_memory", "gauge", "", [])),
  }),
  tracesDroppedEarly: signal("collector-traces-dropped-early", "Decided too early", "records/s", {
    meaning:
      "Traces per second decided before their time, or dropped undecided by upstream's sampler: memory is too small",
    value: orZero(rate(metric("processor_tail_sampling_sampling_trace_dropped_too_early", "counter", "", []))),
  }),
  samplingDecisions: signal("collector-sampling", "Traces", "records/s", {
    meaning: "Traces kept and dropped by tail sampling, per second",
    value: rate(sampledTraces, { by: ["sampled"] }),
  }),
  judgedSpans: signal("collector-judged-spans", "Spans", "records/s", {
    meaning: "Spans kept and dropped by sampling per second, and why",
    value: rate(judgedSpans, { by: ["decision", "reason"] }),
  }),
  overCeiling: signal("collector-over-ceiling", "Over the ceiling", "records/s", {
    meaning: "Spans per second that sampling would have kept, had they not exceeded sampling.ceiling",
    value: orZero(rate(judgedSpans, { where: { decision: "dropped", reason: "ceiling" } })),
  }),
  overSeriesLimit: signal("collector-over-series-limit", "Points beyond the limit", "records/s", {
    meaning: "Metric points per second of series beyond limits.series, dropped, by metric",
    value: rate(overSeriesLimit, { by: ["metric"] }),
  }),
  repeatedRecords: signal("collector-repeated-records", "Repeated records", "records/s", {
    meaning: "Log records per second left out because their service repeated them, by service",
    value: rate(repeatedRecords, { by: ["service"] }),
  }),
  wrongClocks: signal("collector-wrong-clocks", "Times that cannot be", "records/s", {
    meaning:
      "Items per second dated in the future, or points of long ago, by the service that sent them: its clock is wrong",
    value: rate(metric("processor_clock_guard_items", "counter", "", ["signal", "service"]), { by: ["service"] }),
  }),
  monthlySpans: signal("cost-monthly-spans", "Spans a month", "count", {
    meaning: "Spans delivered in a month at the present rate, all backends",
    value: monthly(sent.spans),
  }),
  monthlyPoints: signal("cost-monthly-points", "Metric points a month", "count", {
    meaning: "Metric points delivered in a month at the present rate",
    value: monthly(sent.points),
  }),
  monthlyRecords: signal("cost-monthly-records", "Log records a month", "count", {
    meaning: "Log records delivered in a month at the present rate",
    value: monthly(sent.records),
  }),
  monthlyBytes: signal("cost-monthly-bytes", "Volume a month", "bytes", {
    meaning: "Estimated bytes delivered in a month at the present rate (1200 a span, 600 a record, 100 a point)",
    value: plus(
      plus(monthly(sent.spans, BYTES.span), monthly(sent.records, BYTES.record)),
      monthly(sent.points, BYTES.point),
    ),
  }),
  freeTierShare: signal("cost-free-tier-share", "Of the free tier", "share", {
    meaning: "Estimated monthly volume over Grafana Cloud's free 50 GB each of traces and logs, the stricter of them",
    value: per(monthly(sent.spans, BYTES.span), constant(FREE_BYTES)),
  }),
};

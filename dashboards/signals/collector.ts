import { level, orZero, per, plus, rate, times } from "../model/build.ts";
import type { Metric, MetricKind } from "../model/metric.ts";
import { signal } from "../model/signal.ts";

function metric(name: string, kind: MetricKind, unit: string, attributes: readonly string[]): Metric {
  const source = name.startsWith("processor_tail_sampling") ? "collector:sampling" : "collector:self";
  return { name: `otelcol_${name}`, kind, unit, source, attributes };
}

const RECEIVER = ["receiver"];
const EXPORTER = ["exporter"];

export const acceptedSpans = metric("receiver_accepted_spans", "counter", "", RECEIVER);
export const acceptedPoints = metric("receiver_accepted_metric_points", "counter", "", RECEIVER);
export const acceptedRecords = metric("receiver_accepted_log_records", "counter", "", RECEIVER);
export const refusedSpans = metric("receiver_refused_spans", "counter", "", RECEIVER);
export const refusedPoints = metric("receiver_refused_metric_points", "counter", "", RECEIVER);
export const refusedRecords = metric("receiver_refused_log_records", "counter", "", RECEIVER);
export const sentSpans = metric("exporter_sent_spans", "counter", "", EXPORTER);
export const sentPoints = metric("exporter_sent_metric_points", "counter", "", EXPORTER);
export const sentRecords = metric("exporter_sent_log_records", "counter", "", EXPORTER);
export const failedSpans = metric("exporter_send_failed_spans", "counter", "", EXPORTER);
export const failedPoints = metric("exporter_send_failed_metric_points", "counter", "", EXPORTER);
export const failedRecords = metric("exporter_send_failed_log_records", "counter", "", EXPORTER);
export const lostSpans = metric("exporter_enqueue_failed_spans", "counter", "", EXPORTER);
export const lostPoints = metric("exporter_enqueue_failed_metric_points", "counter", "", EXPORTER);
export const lostRecords = metric("exporter_enqueue_failed_log_records", "counter", "", EXPORTER);
export const queueSize = metric("exporter_queue_size", "gauge", "", EXPORTER);
export const queueCapacity = metric("exporter_queue_capacity", "gauge", "", EXPORTER);
export const scrapeErrors = metric("scraper_errored_metric_points", "counter", "", ["receiver", "scraper"]);
export const cpuSeconds = metric("process_cpu_seconds", "counter", "", []);
export const residentMemory = metric("process_memory_rss", "gauge", "", []);
export const uptime = metric("process_uptime", "counter", "", []);
export const sampledEarly = metric("processor_tail_sampling_sampling_trace_dropped_too_early", "counter", "", []);
export const tracesInMemory = metric("processor_tail_sampling_sampling_traces_on_memory", "gauge", "", []);
export const sampledTraces = metric("processor_tail_sampling_global_count_traces_sampled", "counter", "", ["sampled"]);

export const acceptedSpanRate = signal("collector-accepted-spans", "Spans", "records/s", {
  meaning: "Spans the collector took in per second",
  value: rate(acceptedSpans),
});

export const acceptedPointRate = signal("collector-accepted-points", "Metric points", "records/s", {
  meaning: "Metric points the collector took in per second, scraped ones included",
  value: rate(acceptedPoints),
});

export const acceptedRecordRate = signal("collector-accepted-records", "Log records", "records/s", {
  meaning: "Log records the collector took in per second",
  value: rate(acceptedRecords),
});

export const refusedRate = signal("collector-refused", "Refused", "records/s", {
  meaning: "Spans, points and records turned away per second: the collector is short of memory or its queue is full",
  value: plus(plus(orZero(rate(refusedSpans)), orZero(rate(refusedPoints))), orZero(rate(refusedRecords))),
});

export const sentSpanRate = signal("collector-sent-spans", "Spans", "records/s", {
  meaning: "Spans delivered per second, by backend",
  value: rate(sentSpans, { by: EXPORTER }),
});

export const sentPointRate = signal("collector-sent-points", "Metric points", "records/s", {
  meaning: "Metric points delivered per second, by backend",
  value: rate(sentPoints, { by: EXPORTER }),
});

export const sentRecordRate = signal("collector-sent-records", "Log records", "records/s", {
  meaning: "Log records delivered per second, by backend",
  value: rate(sentRecords, { by: EXPORTER }),
});

export const sendFailures = signal("collector-send-failures", "Gave up", "records/s", {
  meaning: "Items per second the backend rejected for good",
  value: plus(plus(orZero(rate(failedSpans)), orZero(rate(failedPoints))), orZero(rate(failedRecords))),
});

export const lostRate = signal("collector-lost", "Lost", "records/s", {
  meaning: "Items per second that did not fit into the queue: this telemetry is gone",
  value: plus(plus(orZero(rate(lostSpans)), orZero(rate(lostPoints))), orZero(rate(lostRecords))),
});

export const queueShare = signal("collector-queue-share", "Queue filled", "share", {
  meaning: "Share of the queue in use, by backend; it fills while the backend is away, at 1 telemetry is lost",
  value: per(
    level(queueSize, { by: EXPORTER, aggregate: "max" }),
    level(queueCapacity, { by: EXPORTER, aggregate: "max" }),
  ),
});

export const queueItems = signal("collector-queue-items", "Queued", "count", {
  meaning: "Items waiting for the backend",
  value: level(queueSize, { by: EXPORTER, aggregate: "max" }),
});

export const scrapeErrorRate = signal("collector-scrape-errors", "Scrape errors", "records/s", {
  meaning: "Metric points that could not be read from databases, containers or the host, per second",
  value: rate(scrapeErrors, { by: ["receiver"] }),
});

export const collectorCpu = signal("collector-cpu", "CPU", "cores", {
  meaning: "Processor cores the collector keeps busy",
  value: rate(cpuSeconds),
});

export const collectorMemory = signal("collector-memory", "Resident memory", "bytes", {
  meaning: "Memory of the collector's process",
  value: level(residentMemory, { aggregate: "max" }),
});

export const collectorUptime = signal("collector-uptime", "Uptime", "s", {
  meaning: "Time since the collector started; a fall to zero is a restart",
  value: level(uptime, { aggregate: "max" }),
});

export const tracesHeld = signal("collector-traces-held", "Traces held", "count", {
  meaning: "Traces in memory waiting for the sampling decision; lost if the collector is killed now",
  value: level(tracesInMemory, { aggregate: "max" }),
});

export const tracesDroppedEarly = signal("collector-traces-dropped-early", "Decided too early", "records/s", {
  meaning: "Traces per second pushed out before their decision: the sampling window is too small",
  value: orZero(rate(sampledEarly)),
});

export const samplingDecisions = signal("collector-sampling", "Traces", "records/s", {
  meaning: "Traces kept and dropped by tail sampling, per second",
  value: rate(sampledTraces, { by: ["sampled"] }),
});

const MONTH_SECONDS = 30 * 86_400;

export const monthlySpans = signal("cost-monthly-spans", "Spans a month", "count", {
  meaning: "Spans delivered in a month at the present rate, all backends",
  value: times(orZero(rate(sentSpans)), MONTH_SECONDS),
});

export const monthlyPoints = signal("cost-monthly-points", "Metric points a month", "count", {
  meaning: "Metric points delivered in a month at the present rate",
  value: times(orZero(rate(sentPoints)), MONTH_SECONDS),
});

export const monthlyRecords = signal("cost-monthly-records", "Log records a month", "count", {
  meaning: "Log records delivered in a month at the present rate",
  value: times(orZero(rate(sentRecords)), MONTH_SECONDS),
});

const BYTES = { span: 1200, record: 600, point: 100 };

/** Mean sizes as measured on the example; good for the order of magnitude only. */
export const monthlyBytes = signal("cost-monthly-bytes", "Volume a month", "bytes", {
  meaning: "Estimated bytes delivered in a month at the present rate (1200 a span, 600 a record, 100 a point)",
  value: plus(
    plus(
      times(orZero(rate(sentSpans)), MONTH_SECONDS * BYTES.span),
      times(orZero(rate(sentRecords)), MONTH_SECONDS * BYTES.record),
    ),
    times(orZero(rate(sentPoints)), MONTH_SECONDS * BYTES.point),
  ),
});

const FREE_BYTES = 50e9;

export const freeTierShare = signal("cost-free-tier-share", "Of the free tier", "share", {
  meaning: "Estimated monthly volume over Grafana Cloud's free 50 GB each of traces and logs, the stricter of them",
  value: per(times(orZero(rate(sentSpans)), MONTH_SECONDS * BYTES.span), { op: "constant", value: FREE_BYTES }),
});

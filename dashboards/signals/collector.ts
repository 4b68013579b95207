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

export const acceptedSpanRate = signal(
  "collector-accepted-spans",
  "Spans",
  "records/s",
  "Spans the collector took in per second",
  rate(acceptedSpans),
);

export const acceptedPointRate = signal(
  "collector-accepted-points",
  "Metric points",
  "records/s",
  "Metric points the collector took in per second, scraped ones included",
  rate(acceptedPoints),
);

export const acceptedRecordRate = signal(
  "collector-accepted-records",
  "Log records",
  "records/s",
  "Log records the collector took in per second",
  rate(acceptedRecords),
);

export const refusedRate = signal(
  "collector-refused",
  "Refused",
  "records/s",
  "Spans, points and records turned away per second: the collector is short of memory or its queue is full",
  plus(plus(orZero(rate(refusedSpans)), orZero(rate(refusedPoints))), orZero(rate(refusedRecords))),
);

export const sentSpanRate = signal(
  "collector-sent-spans",
  "Spans",
  "records/s",
  "Spans delivered per second, by backend",
  rate(sentSpans, { by: EXPORTER }),
);

export const sentPointRate = signal(
  "collector-sent-points",
  "Metric points",
  "records/s",
  "Metric points delivered per second, by backend",
  rate(sentPoints, { by: EXPORTER }),
);

export const sentRecordRate = signal(
  "collector-sent-records",
  "Log records",
  "records/s",
  "Log records delivered per second, by backend",
  rate(sentRecords, { by: EXPORTER }),
);

export const sendFailures = signal(
  "collector-send-failures",
  "Gave up",
  "records/s",
  "Items per second the backend rejected for good",
  plus(plus(orZero(rate(failedSpans)), orZero(rate(failedPoints))), orZero(rate(failedRecords))),
);

export const lostRate = signal(
  "collector-lost",
  "Lost",
  "records/s",
  "Items per second that did not fit into the queue: this telemetry is gone",
  plus(plus(orZero(rate(lostSpans)), orZero(rate(lostPoints))), orZero(rate(lostRecords))),
);

export const queueShare = signal(
  "collector-queue-share",
  "Queue filled",
  "share",
  "Share of the queue in use, by backend; it fills while the backend is away, at 1 telemetry is lost",
  per(level(queueSize, { by: EXPORTER, aggregate: "max" }), level(queueCapacity, { by: EXPORTER, aggregate: "max" })),
);

export const queueItems = signal(
  "collector-queue-items",
  "Queued",
  "count",
  "Items waiting for the backend",
  level(queueSize, { by: EXPORTER, aggregate: "max" }),
);

export const scrapeErrorRate = signal(
  "collector-scrape-errors",
  "Scrape errors",
  "records/s",
  "Metric points that could not be read from databases, containers or the host, per second",
  rate(scrapeErrors, { by: ["receiver"] }),
);

export const collectorCpu = signal(
  "collector-cpu",
  "CPU",
  "cores",
  "Processor cores the collector keeps busy",
  rate(cpuSeconds),
);

export const collectorMemory = signal(
  "collector-memory",
  "Resident memory",
  "bytes",
  "Memory of the collector's process",
  level(residentMemory, { aggregate: "max" }),
);

export const collectorUptime = signal(
  "collector-uptime",
  "Uptime",
  "s",
  "Time since the collector started; a fall to zero is a restart",
  level(uptime, { aggregate: "max" }),
);

export const tracesHeld = signal(
  "collector-traces-held",
  "Traces held",
  "count",
  "Traces in memory waiting for the sampling decision; lost if the collector is killed now",
  level(tracesInMemory, { aggregate: "max" }),
);

export const tracesDroppedEarly = signal(
  "collector-traces-dropped-early",
  "Decided too early",
  "records/s",
  "Traces per second pushed out before their decision: the sampling window is too small",
  orZero(rate(sampledEarly)),
);

export const samplingDecisions = signal(
  "collector-sampling",
  "Traces",
  "records/s",
  "Traces kept and dropped by tail sampling, per second",
  rate(sampledTraces, { by: ["sampled"] }),
);

const MONTH_SECONDS = 30 * 86_400;

export const monthlySpans = signal(
  "cost-monthly-spans",
  "Spans a month",
  "count",
  "Spans delivered in a month at the present rate, all backends",
  times(orZero(rate(sentSpans)), MONTH_SECONDS),
);

export const monthlyPoints = signal(
  "cost-monthly-points",
  "Metric points a month",
  "count",
  "Metric points delivered in a month at the present rate",
  times(orZero(rate(sentPoints)), MONTH_SECONDS),
);

export const monthlyRecords = signal(
  "cost-monthly-records",
  "Log records a month",
  "count",
  "Log records delivered in a month at the present rate",
  times(orZero(rate(sentRecords)), MONTH_SECONDS),
);

const BYTES = { span: 1200, record: 600, point: 100 };

/** Mean sizes as measured on the example; good for the order of magnitude only. */
export const monthlyBytes = signal(
  "cost-monthly-bytes",
  "Volume a month",
  "bytes",
  "Estimated bytes delivered in a month at the present rate (1200 a span, 600 a record, 100 a point)",
  plus(
    plus(
      times(orZero(rate(sentSpans)), MONTH_SECONDS * BYTES.span),
      times(orZero(rate(sentRecords)), MONTH_SECONDS * BYTES.record),
    ),
    times(orZero(rate(sentPoints)), MONTH_SECONDS * BYTES.point),
  ),
);

const FREE_BYTES = 50e9;

export const freeTierShare = signal(
  "cost-free-tier-share",
  "Of the free tier",
  "share",
  "Estimated monthly volume over Grafana Cloud's free 50 GB each of traces and logs, the stricter of them",
  per(times(orZero(rate(sentSpans)), MONTH_SECONDS * BYTES.span), { op: "constant", value: FREE_BYTES }),
);

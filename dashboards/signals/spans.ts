import { absent, atMost, quantile, rate, ratio, series, top } from "../model/build.ts";
import type { Metric } from "../model/metric.ts";
import { signal } from "../model/signal.ts";

/** Spans of every service, counted before sampling, so rates and latencies are true whatever is kept. */
export const spanCalls: Metric = {
  name: "traces.span.metrics.calls",
  kind: "counter",
  unit: "",
  source: "span-metrics",
  attributes: ["service.name", "span.name", "span.kind", "status.code"],
};

export const spanDuration: Metric = {
  name: "traces.span.metrics.duration",
  kind: "histogram",
  unit: "s",
  source: "span-metrics",
  attributes: ["service.name", "span.name", "span.kind", "status.code"],
};

export const edgeRequests: Metric = {
  name: "traces_service_graph_request_total",
  kind: "counter",
  unit: "",
  source: "service-graph",
  attributes: ["client", "server", "connection_type"],
};

export const edgeFailures: Metric = { ...edgeRequests, name: "traces_service_graph_request_failed_total" };

export const edgeDuration: Metric = {
  name: "traces_service_graph_request_server",
  kind: "histogram",
  unit: "s",
  source: "service-graph",
  attributes: ["client", "server", "connection_type"],
};

/** One series per service instance that reports metrics at all. */
export const targetInfo: Metric = {
  name: "target_info",
  kind: "updown",
  unit: "",
  source: "presence",
  attributes: ["service.name", "service.version", "service.instance.id"],
};

/** Work arriving from outside a service: requests and consumed messages, not its own calls to others. */
export const ENTRY = { "span.kind": ["SPAN_KIND_SERVER", "SPAN_KIND_CONSUMER"] } as const;
export const FAILED = { "status.code": "STATUS_CODE_ERROR" } as const;

export const workRate = signal("work-rate", {
  name: "Work taken in",
  unit: "requests/s",
  meaning: "Requests answered and messages consumed, per second, by service",
  value: rate(spanCalls, { where: ENTRY, by: ["service.name"] }),
});

export const workFailures = signal("work-failures", {
  name: "Failed share",
  unit: "share",
  meaning: "Share of requests and messages that ended in an error, by service",
  value: ratio(
    rate(spanCalls, { where: { ...ENTRY, ...FAILED }, by: ["service.name"] }),
    rate(spanCalls, { where: ENTRY, by: ["service.name"] }),
  ),
});

export const workLatency = signal("work-latency", {
  name: "Slowest 5 %",
  unit: "s",
  meaning: "95 % of requests and messages are handled within this time, by service",
  value: quantile(0.95, spanDuration, { where: ENTRY, by: ["service.name"] }),
});

export const spanRate = signal("span-rate", {
  name: "Spans",
  unit: "spans/s",
  meaning: "Spans finished per second, by service, before sampling",
  value: rate(spanCalls, { by: ["service.name"] }),
});

export const failedSpans = signal("failed-spans", {
  name: "Failed spans",
  unit: "spans/s",
  meaning: "Spans with status error per second, by service and operation",
  value: top(10, rate(spanCalls, { where: FAILED, by: ["service.name", "span.name"] })),
});

export const slowOperations = signal("slow-operations", {
  name: "Slowest operations",
  unit: "s",
  meaning: "The ten operations whose slowest 5 % take longest",
  value: top(10, quantile(0.95, spanDuration, { by: ["service.name", "span.name"] })),
});

export const edgeRate = signal("edge-rate", {
  name: "Calls",
  unit: "requests/s",
  meaning: "Calls per second from one part of the system to another",
  value: rate(edgeRequests, { by: ["client", "server"] }),
});

export const edgeFailureRate = signal("edge-failures", {
  name: "Failed calls",
  unit: "requests/s",
  meaning: "Failed calls per second from one part of the system to another",
  value: rate(edgeFailures, { by: ["client", "server"] }),
});

export const edgeLatency = signal("edge-latency", {
  name: "Call latency p95",
  unit: "s",
  meaning: "95 % of calls between two parts are answered within this time",
  value: quantile(0.95, edgeDuration, { by: ["client", "server"] }),
});

export const instances = signal("instances", {
  name: "Reporting instances",
  unit: "count",
  meaning: "Instances of each service that sent metrics within the last minutes",
  value: series(targetInfo, { by: ["service.name"] }),
});

export const versions = signal("versions", {
  name: "Version running",
  unit: "count",
  meaning: "Instances by service and version, so a deploy shows as one line ending and another starting",
  value: series(targetInfo, { by: ["service.name", "service.version"] }),
});

/** The entry latency histogram cut at a bound, for objectives. */
export function fastWork(bound: number, service: string) {
  return atMost(bound, spanDuration, { where: { ...ENTRY, "service.name": service } });
}

/** Silence of one service: nothing of it arrived for ten minutes. */
export function silence(service: string) {
  return signal(`silence-${service}`, {
    name: `Silence of ${service}`,
    unit: "state",
    meaning: `1 when ${service} sent no metric for ten minutes`,
    value: absent(targetInfo, 600, { where: { "service.name": service } }),
  });
}

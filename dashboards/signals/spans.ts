import { quantile, rate, ratio, series, top } from "../model/build.ts";
import type { Where } from "../model/expression.ts";
import type { Metric, MetricKind } from "../model/metric.ts";
import { signal } from "../model/signal.ts";

const SPAN = [
  ...["service.name", "span.name", "span.kind", "status.code", "span.root"],
  ...["messaging.system", "messaging.destination.name", "telemetry.source"],
  ...["http.route", "http.request.method", "http.response.status_code"],
];

const ofSpans = (name: string, kind: MetricKind, unit: string): Metric => ({
  name: `traces.span.metrics.${name}`,
  kind,
  unit,
  source: "span-metrics",
  attributes: SPAN,
});

/** Spans of every service, counted before sampling, so rates and latencies are true whatever is kept. */
export const spanCalls = ofSpans("calls", "counter", "");
export const spanDuration = ofSpans("duration", "histogram", "s");

const CALLER_AND_CALLEE = ["client", "server", "connection_type"];

const ofEdges = (name: string, kind: MetricKind, unit: string): Metric => ({
  name: `traces_service_graph_request_${name}`,
  kind,
  unit,
  source: "service-graph",
  attributes: CALLER_AND_CALLEE,
});

export const edgeRequests = ofEdges("total", "counter", "");
export const edgeFailures = ofEdges("failed_total", "counter", "");
export const edgeDuration = ofEdges("server", "histogram", "s");

/** One series per service instance that reports metrics at all. */
export const targetInfo: Metric = {
  name: "target_info",
  kind: "updown",
  unit: "",
  source: "presence",
  attributes: ["service.name", "service.version", "service.instance.id"],
};

/** What says its version: not what a store or a web server reports, nor metrics made from spans. */
export const VERSIONED = { "service.version": { like: ".+" } } as const;

/** Work arriving from outside a service: requests and consumed messages, not its own calls to others. */
export const ENTRY = { "span.kind": ["SPAN_KIND_SERVER", "SPAN_KIND_CONSUMER"] } as const;
/** Spans of visitors' browsers have the name of the nginx that serves their pages. Anybody can invent them. */
export const BROWSER = { "telemetry.source": "browser" } as const;
/** Without them; they are no operations of the service: a web vital is a span as long as its value. */
export const NO_BROWSER = { "telemetry.source": { not: BROWSER["telemetry.source"] } } as const;
/** Its own calls to others. */
export const OUTGOING = { "span.kind": ["SPAN_KIND_CLIENT", "SPAN_KIND_PRODUCER"], ...NO_BROWSER } as const;
/** Messages of a queue or topic. Without one it is an event of something else, such as a gateway. */
export const CONSUMED = { "span.kind": "SPAN_KIND_CONSUMER", "messaging.destination.name": { like: ".+" } } as const;
export const SENT = { "span.kind": "SPAN_KIND_PRODUCER" } as const;
export const FAILED = { "status.code": "STATUS_CODE_ERROR" } as const;
export const WELL = { "status.code": { not: "STATUS_CODE_ERROR" } } as const;

/** Share of spans that ended in an error. */
export const failedShare = (where: Where, by: readonly string[] = []) =>
  ratio(rate(spanCalls, { where: { ...where, ...FAILED }, by }), rate(spanCalls, { where, by }));

const SERVICE = ["service.name"];
const OPERATION = ["service.name", "span.name"];
const EDGE = ["client", "server"];

export const systemSignals = {
  workRate: signal("work-rate", "Work taken in", "requests/s", {
    meaning: "Requests answered and messages consumed, per second, by service",
    value: rate(spanCalls, { where: ENTRY, by: SERVICE }),
  }),
  workFailures: signal("work-failures", "Failed share", "share", {
    meaning: "Share of requests and messages that ended in an error, by service",
    value: failedShare(ENTRY, SERVICE),
  }),
  workLatency: signal("work-latency", "Slowest 5 %", "s", {
    meaning: "95 % of requests and messages are handled within this time, by service",
    value: quantile(0.95, spanDuration, { where: ENTRY, by: SERVICE }),
  }),
  workTotal: signal("work-total", "Work taken in", "requests/s", {
    meaning: "Requests answered and messages consumed, per second, all services",
    value: rate(spanCalls, { where: ENTRY }),
  }),
  failedTotal: signal("work-failures-total", "Failed share", "share", {
    meaning: "Share of requests and messages that ended in an error, all services",
    value: failedShare(ENTRY),
  }),
  latencyTotal: signal("work-latency-total", "Slowest 5 %", "s", {
    meaning: "95 % of requests and messages are handled within this time, all services",
    value: quantile(0.95, spanDuration, { where: ENTRY }),
  }),
  callFailuresTotal: signal("call-failures-total", "Failed calls", "share", {
    meaning: "Share of calls to databases, caches, brokers and other services that failed, all services",
    value: failedShare(OUTGOING),
  }),
  failedOperations: signal("failed-operations", "Failed operations", "share", {
    meaning: "Share of an operation's spans that failed, the ten highest of all services",
    value: top(10, failedShare(NO_BROWSER, OPERATION)),
  }),
  slowOperations: signal("slow-operations", "Slowest operations", "s", {
    meaning: "The ten operations whose slowest 5 % take longest",
    value: top(10, quantile(0.95, spanDuration, { where: NO_BROWSER, by: OPERATION })),
  }),
  edgeRate: signal("edge-rate", "Calls", "requests/s", {
    meaning: "Calls per second from one part of the system to another",
    value: rate(edgeRequests, { by: EDGE }),
  }),
  edgeFailureRate: signal("edge-failures", "Failed calls", "requests/s", {
    meaning: "Failed calls per second from one part of the system to another",
    value: rate(edgeFailures, { by: EDGE }),
  }),
  edgeLatency: signal("edge-latency", "Call latency p95", "s", {
    meaning: "95 % of calls between two parts are answered within this time",
    value: quantile(0.95, edgeDuration, { by: EDGE }),
  }),
  dependencyFailures: signal("dependency-failures", "Failed calls", "share", {
    meaning: "Share of a service's calls to databases, caches, brokers and other services that failed, by service",
    value: failedShare(OUTGOING, SERVICE),
  }),
  sendRate: signal("messages-sent-by-service", "Sent", "messages/s", {
    meaning: "Messages each service published per second",
    value: rate(spanCalls, { where: SENT, by: SERVICE }),
  }),
  handleRate: signal("messages-handled-by-service", "Handled", "messages/s", {
    meaning: "Messages each service handled per second",
    value: rate(spanCalls, { where: CONSUMED, by: SERVICE }),
  }),
  sendLatency: signal("message-send-latency", "Publish p95", "s", {
    meaning: "95 % of messages are confirmed by the broker within this time, by publishing service",
    value: quantile(0.95, spanDuration, { where: SENT, by: SERVICE }),
  }),
  handleLatency: signal("message-handle-latency", "Handling p95", "s", {
    meaning: "95 % of messages are handled within this time, by consuming service",
    value: quantile(0.95, spanDuration, { where: CONSUMED, by: SERVICE }),
  }),
  handleFailures: signal("message-failures", "Failed handling", "share", {
    meaning: "Share of messages whose handling ended in an error, by consuming service",
    value: failedShare(CONSUMED, SERVICE),
  }),
  instances: signal("instances", "Reporting instances", "count", {
    meaning: "Instances of each service that sent metrics within the last minutes",
    value: series(targetInfo, { by: SERVICE }),
  }),
  versions: signal("versions", "Version running", "count", {
    meaning: "Instances by service and version, so a deploy shows as one line ending and another starting",
    value: series(targetInfo, { where: VERSIONED, by: ["service.name", "service.version"] }),
  }),
};

import type { ServiceFacts } from "../facts.ts";
import { atMost, level, quantile, rate, ratio } from "../model/build.ts";
import type { Where } from "../model/expression.ts";
import type { Metric } from "../model/metric.ts";
import { signalsOf } from "../model/signal.ts";
import { ENTRY, FAILED, spanCalls, spanDuration, WELL } from "./spans.ts";

const ATTRIBUTES = ["service.name", "http.route", "http.request.method", "http.response.status_code"];

export const httpServerDuration: Metric = {
  name: "http.server.request.duration",
  kind: "histogram",
  unit: "s",
  source: "sdk:http-server",
  attributes: ATTRIBUTES,
};

export const httpServerActive: Metric = {
  name: "http.server.active_requests",
  kind: "updown",
  unit: "{request}",
  source: "sdk:http-server",
  attributes: ["service.name", "service.instance.id", "http.request.method"],
};

/** Requests slower than this count against the latency objective, in seconds (a bucket boundary of both histograms). */
export const FAST_ENOUGH = 0.5;

/** What is counted as a request of a service: its SDK's own histogram, or the server spans of one without. */
interface Requests {
  readonly count: Metric;
  readonly duration: Metric;
  readonly all: Where;
  readonly failed: Where;
  readonly well: Where;
  /** What distinguishes its operations. */
  readonly operation: readonly string[];
}

/** By the SDK's histogram where the runtime has one. */
export function requestsOf(service: string, runtime: ServiceFacts["runtime"]): Requests {
  const all = { "service.name": service };
  if (runtime === "nginx" || runtime === "other") {
    const spans = { ...all, ...ENTRY };
    const failed = { ...spans, ...FAILED };
    return {
      count: spanCalls,
      duration: spanDuration,
      all: spans,
      failed,
      well: { ...spans, ...WELL },
      operation: ["span.name"],
    };
  }
  const status = (match: Where[string]): Where => ({ ...all, "http.response.status_code": match });
  return {
    count: httpServerDuration,
    duration: httpServerDuration,
    all,
    failed: status({ like: "5.." }),
    well: status({ unlike: "5.." }),
    operation: ["http.request.method", "http.route"],
  };
}

/** Signals of a service that answers HTTP requests. */
export function httpSignals(service: string, runtime: ServiceFacts["runtime"]) {
  const { count, duration, all, failed, operation } = requestsOf(service, runtime);
  const of = signalsOf(service);
  const errors = (by: readonly string[]) => ratio(rate(count, { where: failed, by }), rate(count, { where: all, by }));
  const within = (q: number, by: readonly string[] = []) => quantile(q, duration, { where: all, by });
  return {
    total: of("requests-total", "Requests", "requests/s", {
      meaning: "Requests answered per second",
      value: rate(count, { where: all }),
    }),
    byRoute: of("requests", "Requests", "requests/s", {
      meaning: "Requests answered per second, by operation",
      value: rate(count, { where: all, by: operation }),
    }),
    byStatus: of("requests-by-status", "Answers", "requests/s", {
      meaning: "Answers per second, by status code",
      value: rate(count, { where: all, by: ["http.response.status_code"] }),
    }),
    errors: of("error-share", "Server errors", "share", {
      meaning: "Share of requests answered with a server error",
      value: errors([]),
    }),
    errorsByRoute: of("error-share-by-operation", "Server errors", "share", {
      meaning: "Share of requests answered with a server error, by operation",
      value: errors(operation),
    }),
    p50: of("latency-p50", "Half of requests", "s", {
      meaning: "Half of all requests are answered within this time",
      value: within(0.5),
    }),
    p95: of("latency-p95", "95 of 100", "s", {
      meaning: "95 % of requests are answered within this time",
      value: within(0.95),
    }),
    p99: of("latency-p99", "99 of 100", "s", {
      meaning: "99 % of requests are answered within this time",
      value: within(0.99),
    }),
    p95ByRoute: of("latency-by-operation", "p95", "s", {
      meaning: "95 % of requests are answered within this time, by operation",
      value: within(0.95, operation),
    }),
    fast: of("fast-share", "Fast requests", "share", {
      meaning: "Share of requests answered within half a second",
      // as in the latency objective: of the histogram itself
      value: ratio(atMost(FAST_ENOUGH, duration, { where: all }), rate(duration, { where: all })),
    }),
    active: of("active-requests", "In progress", "count", {
      meaning: "Requests being worked on right now",
      value: level(httpServerActive, { where: { "service.name": service }, by: ["http.request.method"] }),
    }),
  };
}

import { absent, logRate, orZero, quantile, rate, ratio, series, times, top } from "../model/build.ts";
import type { Where } from "../model/expression.ts";
import { signal, signalsOf } from "../model/signal.ts";
import {
  CONSUMED,
  ENTRY,
  edgeDuration,
  edgeFailures,
  edgeRequests,
  failedShare,
  NO_BROWSER,
  OUTGOING,
  spanCalls,
  spanDuration,
  targetInfo,
  VERSIONED,
} from "./spans.ts";

/**
 * A scheduled run: a span that nobody called, and that calls a database, a cache or another service, publishes a message (all that
 * Celery's beat does), or does work of its own. The collector marks it where it begins a trace and is no request or message taken in
 * (`pipeline/enrich.ts`), since span-derived metrics no longer know their parent.
 */
export const RUN = { "span.root": "true" } as const;

/** Rate, failures and latency of every operation of a service, whatever it does; `browser`: its pages report too, which is apart. */
export function operationSignals(service: string, browser = false) {
  const of = signalsOf(service);
  const own = { "service.name": service };
  const done = { ...own, ...(browser && NO_BROWSER) };
  const out = { ...own, ...OUTGOING };
  const slow = (where: Where) => top(10, quantile(0.95, spanDuration, { where, by: ["span.name"] }));
  const often = (where: Where) => top(10, rate(spanCalls, { where, by: ["span.name"] }));
  const edge = { client: service };
  return {
    slowest: of("operations", "p95", "s", {
      meaning: "95 % are done within this time, the ten slowest operations",
      value: slow(done),
    }),
    busiest: of("operation-rate", "Operations", "operations/s", {
      meaning: "Operations per second, the ten most frequent",
      value: often(done),
    }),
    failing: of("operation-failures", "Failed operations", "share", {
      meaning: "Share of an operation's spans that failed, the ten highest",
      value: top(10, failedShare(done, ["span.name"])),
    }),
    calls: of("dependency-rate", "Calls", "operations/s", {
      meaning: "Calls to databases, caches, brokers and services per second, by operation",
      value: often(out),
    }),
    callLatency: of("dependency-latency", "Call p95", "s", {
      meaning: "95 % of calls to others are answered within this time, by operation",
      value: slow(out),
    }),
    callFailures: of("dependency-failures", "Failed calls", "share", {
      meaning: "Share of its calls to others that failed",
      value: failedShare(out),
    }),
    callees: of("callees", "Calls by callee", "requests/s", {
      meaning: "Calls per second, by who is called",
      value: rate(edgeRequests, { where: edge, by: ["server"] }),
    }),
    calleeLatency: of("callee-latency", "p95 by callee", "s", {
      meaning: "95 % of calls are answered within this time, by who is called",
      value: quantile(0.95, edgeDuration, { where: edge, by: ["server"] }),
    }),
    calleeFailures: of("callee-failures", "Failures by callee", "share", {
      meaning: "Share of calls that failed, by who is called",
      value: ratio(
        rate(edgeFailures, { where: edge, by: ["server"] }),
        rate(edgeRequests, { where: edge, by: ["server"] }),
      ),
    }),
    errorLogs: of("error-logs", "Error records", "records/s", {
      meaning: "Log records of severity error per second",
      value: orZero(logRate("error", { where: own })),
    }),
    instances: of("instances", "Instances", "count", {
      meaning: "Instances that report",
      value: series(targetInfo, { where: own }),
    }),
    versions: of("versions", "Version", "count", {
      meaning: "Instances by version",
      value: series(targetInfo, { where: { ...own, ...VERSIONED }, by: ["service.version"] }),
    }),
  };
}

/** Work that arrives: requests and messages. */
export function entrySignals(service: string) {
  const of = signalsOf(service);
  const where = { "service.name": service, ...ENTRY };
  return {
    rate: of("work", "Work taken in", "operations/s", {
      meaning: "Requests and messages taken in per second",
      value: rate(spanCalls, { where }),
    }),
    failures: of("work-failures", "Failed share", "share", {
      meaning: "Share of requests and messages that ended in an error",
      value: failedShare(where),
    }),
    latency: of("work-latency", "p95", "s", {
      meaning: "95 % of requests and messages are handled within this time",
      value: quantile(0.95, spanDuration, { where }),
    }),
  };
}

/** Messages a service consumes. */
export function consumerSignals(service: string) {
  const of = signalsOf(service);
  const where = { "service.name": service, ...CONSUMED };
  const QUEUE = ["messaging.destination.name"];
  return {
    rate: of("messages", "Handled", "messages/s", {
      meaning: "Messages handled per second, by destination",
      value: rate(spanCalls, { where, by: QUEUE }),
    }),
    latency: of("message-latency", "Handling p95", "s", {
      meaning: "95 % of messages are handled within this time, by destination",
      value: quantile(0.95, spanDuration, { where, by: QUEUE }),
    }),
    failures: of("message-failures", "Failed handling", "share", {
      meaning: "Share of messages whose handling ended in an error, by destination",
      value: failedShare(where, QUEUE),
    }),
    failed: of("messages-failing", "Failed handling", "share", {
      meaning: "Share of messages whose handling ended in an error",
      value: failedShare(where),
    }),
  };
}

/** Scheduled runs of a daemon. */
export function runSignals(service: string) {
  const of = signalsOf(service);
  const where = { "service.name": service, ...RUN };
  return {
    rate: of("runs", "Runs", "per minute", {
      meaning: "Operations begun on its own schedule, per minute; 0 means that it hangs",
      value: times(orZero(rate(spanCalls, { where })), 60),
    }),
    latency: of("run-latency", "Run p95", "s", {
      meaning: "95 % of scheduled operations are done within this time, by operation",
      value: top(10, quantile(0.95, spanDuration, { where, by: ["span.name"] })),
    }),
    failures: of("run-failures", "Failed runs", "share", {
      meaning: "Share of scheduled operations that failed",
      value: failedShare(where),
    }),
    byName: of("runs-by-operation", "Runs by operation", "per minute", {
      meaning: "Scheduled operations per minute, by operation",
      value: times(rate(spanCalls, { where, by: ["span.name"] }), 60),
    }),
  };
}

/** Runs per minute of a daemon, 0 for one that is there and does not run: what a rule judges. */
export function daemonRuns(service: string) {
  const own = { "service.name": service };
  const runs = rate(spanCalls, { where: { ...own, ...RUN } });
  const value = times(orZero(runs, series(targetInfo, { where: own })), 60);
  const meaning = `Operations ${service} begins on its own schedule, per minute; 0 means that it hangs`;
  return signal(`${service}-runs-judged`, "Runs", "per minute", { meaning, value });
}

/** 1 when no run of a daemon was counted for a quarter of an hour: a counter made from spans ends ten minutes after the last one. */
export function daemonMissed(service: string) {
  const value = absent(spanCalls, 900, { where: { "service.name": service, ...RUN } });
  return signal(`${service}-runs-missed`, "No runs", "state", {
    meaning: `1 when ${service} has not run for 15 minutes`,
    value,
  });
}

/** Calls of a bot to the platform it serves: its outgoing HTTP. */
export function platformSignals(service: string) {
  const of = signalsOf(service);
  const where = {
    "service.name": service,
    "span.kind": "SPAN_KIND_CLIENT",
    "http.request.method": { like: ".+" },
  } as const;
  return {
    where,
    rate: of("platform-rate", "Platform calls", "requests/s", {
      meaning: "Calls to the platform's REST API per second, by status code",
      value: rate(spanCalls, { where, by: ["http.response.status_code"] }),
    }),
    latency: of("platform-latency", "Platform p95", "s", {
      meaning: "95 % of calls to the platform's REST API are answered within this time, by method",
      value: quantile(0.95, spanDuration, { where, by: ["http.request.method"] }),
    }),
    failures: of("platform-failures", "Failed platform calls", "share", {
      meaning: "Share of calls to the platform's REST API that failed or were refused",
      value: failedShare(where),
    }),
    limited: of("platform-limited", "Rate limited", "requests/s", {
      meaning: "Calls per second that the platform refused with 429",
      value: orZero(rate(spanCalls, { where: { ...where, "http.response.status_code": "429" } })),
    }),
  };
}

/** Silence of one service: nothing of it arrived for ten minutes. */
export function silence(service: string) {
  const value = absent(targetInfo, 600, { where: { "service.name": service } });
  return signal(`silence-${service}`, `Silence of ${service}`, "state", {
    meaning: `1 when ${service} sent no metric for ten minutes`,
    value,
  });
}

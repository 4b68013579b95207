import { quantile, rate, times } from "../model/build.ts";
import type { Where } from "../model/expression.ts";
import { signalsOf } from "../model/signal.ts";
import { BROWSER, failedShare, spanCalls, spanDuration } from "./spans.ts";

/** Web vitals are spans as long as their value; a layout shift is one of as many seconds. */
const VITALS = ["LCP", "INP", "FCP", "TTFB"].map((name) => `web vital ${name}`);

/** What visitors' browsers report of an nginx' pages. */
export function browserSignals(service: string) {
  const of = signalsOf(service);
  const seen = (more: Where): Where => ({ "service.name": service, ...BROWSER, ...more });
  const loads = seen({ "span.name": "page load" });
  const requests = seen({ "span.kind": "SPAN_KIND_CLIENT" });
  const within = (q: number, where: Where, by: readonly string[] = []) => quantile(q, spanDuration, { where, by });
  return {
    loads: of("page-loads", "Page loads", "per minute", {
      meaning: "Pages that visitors loaded per minute",
      value: times(rate(spanCalls, { where: loads }), 60),
    }),
    loadLatency: of("page-load-latency", "Load p75", "s", {
      meaning: "Three of four pages are loaded within this time",
      value: within(0.75, loads),
    }),
    broken: of("page-failures", "Pages with an error", "share", {
      meaning: "Share of page loads in which a script failed",
      value: failedShare(loads),
    }),
    vitals: of("web-vitals", "p75", "s", {
      meaning: "Three of four visits have at most this value, by web vital",
      value: within(0.75, seen({ "span.name": VITALS }), ["span.name"]),
    }),
    shift: of("layout-shift", "Layout shift p75", "state", {
      meaning: "Three of four visits have at most this cumulative layout shift",
      value: within(0.75, seen({ "span.name": "web vital CLS" })),
    }),
    requests: of("browser-requests", "Requests", "requests/s", {
      meaning: "Requests of pages' scripts per second, by status code; one without a code got no answer",
      value: rate(spanCalls, { where: requests, by: ["http.response.status_code"] }),
    }),
    requestFailures: of("browser-request-failures", "Failed requests", "share", {
      meaning: "Share of requests of pages' scripts that failed",
      value: failedShare(requests),
    }),
    requestLatency: of("browser-request-latency", "Request p75", "s", {
      meaning: "Three of four requests of pages' scripts are answered within this time, as visitors see it",
      value: within(0.75, requests),
    }),
  };
}

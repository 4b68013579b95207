import { level, minus, quantile, rate, ratio } from "../model/build.ts";
import type { Metric } from "../model/metric.ts";
import { signal } from "../model/signal.ts";
import { ENTRY, FAILED, spanCalls, spanDuration } from "./spans.ts";

/** nginx has no Prometheus exporter under Alloy; these exist with the collector's receiver only. */
function metric(name: string, kind: "counter" | "updown", unit: string, attributes: readonly string[] = []): Metric {
  return { name: `nginx.${name}`, kind, unit, source: "receiver:nginx", attributes };
}

export const requests = metric("requests", "counter", "requests");
export const accepted = metric("connections_accepted", "counter", "connections");
export const handled = metric("connections_handled", "counter", "connections");
export const current = metric("connections_current", "updown", "connections", ["state"]);

const FRONTEND = { "service.name": "frontend" } as const;
const BROWSER = { "service.name": "frontend-browser" } as const;

export const nginxRequests = signal("nginx-requests", {
  name: "Requests",
  unit: "requests/s",
  meaning: "Requests nginx answered per second: page, static files and API together",
  value: rate(requests),
});

export const nginxConnections = signal("nginx-connections", {
  name: "Connections",
  unit: "count",
  meaning: "Connections by what nginx does with them: reading, writing, waiting",
  value: level(current, { by: ["state"] }),
});

export const nginxAccepted = signal("nginx-accepted", {
  name: "New connections",
  unit: "operations/s",
  meaning: "Connections accepted per second",
  value: rate(accepted),
});

export const nginxDropped = signal("nginx-dropped", {
  name: "Dropped connections",
  unit: "operations/s",
  meaning: "Connections accepted but not handled per second: nginx ran out of workers",
  value: minus(rate(accepted), rate(handled)),
});

export const nginxSpanRate = signal("nginx-span-rate", {
  name: "Requests",
  unit: "requests/s",
  meaning: "Requests through nginx per second, by location",
  value: rate(spanCalls, { where: { ...FRONTEND, ...ENTRY }, by: ["span.name"] }),
  sources: ["instrumentation:nginx"],
});

export const nginxLatency = signal("nginx-latency", {
  name: "p95 seen by visitors",
  unit: "s",
  meaning: "95 % of requests leave nginx within this time, by location",
  value: quantile(0.95, spanDuration, { where: { ...FRONTEND, ...ENTRY }, by: ["span.name"] }),
  sources: ["instrumentation:nginx"],
});

export const nginxErrors = signal("nginx-errors", {
  name: "Errors",
  unit: "share",
  meaning: "Share of requests nginx answered with an error",
  value: ratio(
    rate(spanCalls, { where: { ...FRONTEND, ...ENTRY, ...FAILED } }),
    rate(spanCalls, { where: { ...FRONTEND, ...ENTRY } }),
  ),
  sources: ["instrumentation:nginx"],
});

export const pageLoad = signal("browser-page-load", {
  name: "Page load p75",
  unit: "s",
  meaning: "Three of four visitors see the page within this time",
  value: quantile(0.75, spanDuration, { where: { ...BROWSER, "span.name": "documentLoad" } }),
  sources: ["instrumentation:browser"],
});

export const browserErrors = signal("browser-errors", {
  name: "Failed calls",
  unit: "operations/s",
  meaning: "Calls from the browser that failed, per second",
  value: rate(spanCalls, { where: { ...BROWSER, ...FAILED } }),
  sources: ["instrumentation:browser"],
});

import { atMost, level, mean, quantile, rate, ratio, top } from "../model/build.ts";
import type { Metric } from "../model/metric.ts";
import { signal } from "../model/signal.ts";
import { FAILED, spanCalls, spanDuration } from "./spans.ts";

export const httpServerDuration: Metric = {
  name: "http.server.request.duration",
  kind: "histogram",
  unit: "s",
  source: "sdk:http-server",
  attributes: ["service.name", "http.route", "http.request.method", "http.response.status_code"],
};

export const httpServerActive: Metric = {
  name: "http.server.active_requests",
  kind: "updown",
  unit: "{request}",
  source: "sdk:http-server",
  attributes: ["service.name", "http.request.method"],
};

export const httpServerResponseSize: Metric = {
  name: "http.server.response.body.size",
  kind: "histogram",
  unit: "By",
  source: "sdk:http-server",
  attributes: ["service.name", "http.route", "http.request.method", "http.response.status_code"],
};

export const poolConnections: Metric = {
  name: "db.client.connections.usage",
  kind: "updown",
  unit: "connections",
  source: "sdk:db-client",
  attributes: ["service.name", "pool.name", "state"],
};

const API = { "service.name": "api" } as const;
const SERVER_ERROR = { "http.response.status_code": { like: "5.." } } as const;
const OUTGOING = { ...API, "span.kind": ["SPAN_KIND_CLIENT", "SPAN_KIND_PRODUCER"] } as const;

/** Requests slower than this count against the latency objective (a bucket boundary of both histograms). */
export const FAST_ENOUGH_SECONDS = 0.5;

export const requestRate = signal("api-requests", {
  name: "Requests",
  unit: "requests/s",
  meaning: "Requests the API answered per second, by route",
  value: rate(httpServerDuration, { where: API, by: ["http.request.method", "http.route"] }),
});

export const requestTotal = signal("api-requests-total", {
  name: "Requests",
  unit: "requests/s",
  meaning: "Requests the API answered per second",
  value: rate(httpServerDuration, { where: API }),
});

export const requestsByStatus = signal("api-requests-by-status", {
  name: "Answers",
  unit: "requests/s",
  meaning: "Answers of the API per second, by status code",
  value: rate(httpServerDuration, { where: API, by: ["http.response.status_code"] }),
});

export const errorShare = signal("api-error-share", {
  name: "Server errors",
  unit: "share",
  meaning: "Share of API requests answered with 5xx",
  value: ratio(
    rate(httpServerDuration, { where: { ...API, ...SERVER_ERROR } }),
    rate(httpServerDuration, { where: API }),
  ),
});

export const errorShareByRoute = signal("api-error-share-by-route", {
  name: "Server errors",
  unit: "share",
  meaning: "Share of requests answered with 5xx, by route",
  value: ratio(
    rate(httpServerDuration, { where: { ...API, ...SERVER_ERROR }, by: ["http.request.method", "http.route"] }),
    rate(httpServerDuration, { where: API, by: ["http.request.method", "http.route"] }),
  ),
});

export const latencyP50 = signal("api-latency-p50", {
  name: "Half of requests",
  unit: "s",
  meaning: "Half of all API requests are answered within this time",
  value: quantile(0.5, httpServerDuration, { where: API }),
});

export const latencyP95 = signal("api-latency-p95", {
  name: "95 of 100",
  unit: "s",
  meaning: "95 % of API requests are answered within this time",
  value: quantile(0.95, httpServerDuration, { where: API }),
});

export const latencyP99 = signal("api-latency-p99", {
  name: "99 of 100",
  unit: "s",
  meaning: "99 % of API requests are answered within this time",
  value: quantile(0.99, httpServerDuration, { where: API }),
});

export const latencyByRoute = signal("api-latency-by-route", {
  name: "p95",
  unit: "s",
  meaning: "95 % of requests are answered within this time, by route",
  value: quantile(0.95, httpServerDuration, { where: API, by: ["http.request.method", "http.route"] }),
});

export const fastShare = signal("api-fast-share", {
  name: "Fast requests",
  unit: "share",
  meaning: "Share of API requests answered within half a second",
  value: ratio(
    atMost(FAST_ENOUGH_SECONDS, httpServerDuration, { where: API }),
    rate(httpServerDuration, { where: API }),
  ),
});

export const activeRequests = signal("api-active-requests", {
  name: "In progress",
  unit: "count",
  meaning: "Requests the API is working on right now",
  value: level(httpServerActive, { where: API, by: ["http.request.method"] }),
});

export const responseSize = signal("api-response-size", {
  name: "Answer size",
  unit: "bytes",
  meaning: "Mean size of an answer, by route",
  value: mean(httpServerResponseSize, { where: API, by: ["http.route"] }),
});

export const dependencyLatency = signal("api-dependency-latency", {
  name: "Dependency p95",
  unit: "s",
  meaning: "Where an API request's time goes: p95 of its calls to the database, Redis and RabbitMQ, by operation",
  value: top(10, quantile(0.95, spanDuration, { where: OUTGOING, by: ["span.name"] })),
});

export const dependencyRate = signal("api-dependency-rate", {
  name: "Dependency calls",
  unit: "operations/s",
  meaning: "Calls of the API to the database, Redis and RabbitMQ per second, by operation",
  value: top(10, rate(spanCalls, { where: OUTGOING, by: ["span.name"] })),
});

export const dependencyFailures = signal("api-dependency-failures", {
  name: "Failed calls",
  unit: "share",
  meaning: "Share of the API's calls to its dependencies that failed",
  value: ratio(rate(spanCalls, { where: { ...OUTGOING, ...FAILED } }), rate(spanCalls, { where: OUTGOING })),
});

export const poolUse = signal("api-pool-use", {
  name: "Pool connections",
  unit: "count",
  meaning: "Database connections of the API's pool, by state (idle, used)",
  value: level(poolConnections, { where: API, by: ["state"] }),
});

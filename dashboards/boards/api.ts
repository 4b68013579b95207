import type { Board } from "../model/board.ts";
import {
  activeRequests,
  dependencyFailures,
  dependencyLatency,
  dependencyRate,
  errorShare,
  errorShareByRoute,
  fastShare,
  latencyByRoute,
  latencyP50,
  latencyP95,
  latencyP99,
  poolUse,
  requestRate,
  requestsByStatus,
  requestTotal,
  responseSize,
} from "../signals/api.ts";
import { LATENCY, SHARE_BAD, SHARE_GOOD } from "./thresholds.ts";

const API = { "service.name": "api" } as const;

export const api: Board = {
  id: "api",
  title: "API",
  question: "Which route is slow or fails, since when, and is it the API or something it calls?",
  rows: [
    {
      title: "Now",
      height: 5,
      panels: [
        { kind: "stat", title: "Requests", note: "Per second.", width: 6, signals: [requestTotal] },
        {
          kind: "stat",
          title: "Server errors",
          note: "Share of answers with 5xx.",
          width: 6,
          signals: [errorShare],
          thresholds: SHARE_BAD,
          empty: "no traffic",
        },
        {
          kind: "stat",
          title: "p95",
          note: "95 % of requests take at most this long.",
          width: 6,
          signals: [latencyP95],
          thresholds: LATENCY,
          empty: "no traffic",
        },
        {
          kind: "stat",
          title: "Fast requests",
          note: "Answered within half a second; the latency objective.",
          width: 6,
          signals: [fastShare],
          thresholds: SHARE_GOOD,
          empty: "no traffic",
        },
      ],
    },
    {
      title: "By route",
      height: 9,
      panels: [
        { kind: "lines", title: "Rate by route", note: "What is asked for.", width: 8, signals: [requestRate] },
        {
          kind: "lines",
          title: "Errors by route",
          note: "Share of 5xx.",
          width: 8,
          signals: [errorShareByRoute],
          thresholds: SHARE_BAD,
        },
        {
          kind: "lines",
          title: "p95 by route",
          note: "The diamonds are traces: click one.",
          width: 8,
          signals: [latencyByRoute],
          thresholds: LATENCY,
        },
      ],
    },
    {
      title: "All routes",
      height: 8,
      panels: [
        {
          kind: "stacked",
          title: "Answers by status",
          note: "4xx are the client's, 5xx are ours.",
          width: 8,
          signals: [requestsByStatus],
        },
        {
          kind: "lines",
          title: "Latency",
          note: "Half, 95 and 99 of 100 requests.",
          width: 8,
          signals: [latencyP50, latencyP95, latencyP99],
        },
        {
          kind: "lines",
          title: "In progress",
          note: "Rises when something the API waits for is slow.",
          width: 8,
          signals: [activeRequests],
        },
      ],
    },
    {
      title: "What it calls",
      height: 9,
      panels: [
        {
          kind: "lines",
          title: "Dependency p95",
          note: "Database, Redis, RabbitMQ, Discord, by operation.",
          width: 8,
          signals: [dependencyLatency],
        },
        {
          kind: "lines",
          title: "Dependency calls",
          note: "Many calls of one kind a request is an N+1 query.",
          width: 8,
          signals: [dependencyRate],
        },
        {
          kind: "lines",
          title: "Failed dependency calls",
          note: "Share of calls that failed.",
          width: 8,
          signals: [dependencyFailures],
          thresholds: SHARE_BAD,
        },
      ],
    },
    {
      title: "Inside",
      height: 7,
      panels: [
        {
          kind: "lines",
          title: "Connection pool",
          note: "All used and none idle: requests wait for a connection.",
          width: 12,
          signals: [poolUse],
        },
        { kind: "lines", title: "Answer size", note: "Mean, by route.", width: 12, signals: [responseSize] },
      ],
    },
    {
      title: "Examples",
      height: 9,
      panels: [
        {
          kind: "traces",
          title: "Slow requests",
          note: "Traces of the API that took longer than half a second.",
          width: 8,
          where: API,
          pick: { slowerThan: 0.5 },
        },
        {
          kind: "traces",
          title: "Latest requests",
          note: "Any trace of the API.",
          width: 8,
          where: API,
          pick: "latest",
        },
        { kind: "logs", title: "API log", note: "Warnings and errors.", width: 8, where: API, severity: "warn" },
      ],
    },
  ],
};

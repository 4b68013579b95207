import type { Board } from "../model/board.ts";
import { errorShare, latencyP50, latencyP95, latencyP99, requestTotal } from "../signals/api.ts";
import { botErrorLogs, restFailures } from "../signals/bot.ts";
import { lostRate, queueShare } from "../signals/collector.ts";
import { containerMemoryShare } from "../signals/containers.ts";
import { daemonRuns, notificationLateness, remindersDelivered } from "../signals/daemons.ts";
import { errorLogs } from "../signals/logs.ts";
import { connectionUse } from "../signals/postgres.ts";
import { queueDepth, queueDepthTotal } from "../signals/rabbitmq.ts";
import { redisMemoryShare } from "../signals/redis.ts";
import {
  edgeFailureRate,
  edgeLatency,
  edgeRate,
  failedSpans,
  instances,
  slowOperations,
  workFailures,
  workLatency,
  workRate,
} from "../signals/spans.ts";
import { LATENCY, SHARE_BAD, SHARE_FULL } from "./thresholds.ts";

export const overview: Board = {
  id: "overview",
  title: "Overview",
  question: "Is the Game Scheduler healthy, is it fast, are games announced on time, where does the time go?",
  rows: [
    {
      title: "Now",
      height: 5,
      panels: [
        {
          kind: "stat",
          title: "API errors",
          note: "Above 1 % visitors notice.",
          width: 4,
          signals: [errorShare],
          thresholds: SHARE_BAD,
          empty: "no traffic",
        },
        {
          kind: "stat",
          title: "API p95",
          note: "Above half a second the latency objective burns.",
          width: 4,
          signals: [latencyP95],
          thresholds: LATENCY,
          empty: "no traffic",
        },
        {
          kind: "stat",
          title: "Reminders late by",
          note: "Time between the due moment and the post in Discord.",
          width: 4,
          signals: [notificationLateness],
          thresholds: { direction: "above", warn: 15, bad: 60 },
          empty: "none due",
        },
        {
          kind: "stat",
          title: "Messages waiting",
          note: "A number that only grows means a consumer stands still.",
          width: 4,
          signals: [queueDepthTotal],
          thresholds: { direction: "above", warn: 50, bad: 500 },
        },
        {
          kind: "stat",
          title: "Discord refuses",
          note: "Share of the bot's calls that Discord did not accept.",
          width: 4,
          signals: [restFailures],
          thresholds: SHARE_BAD,
          empty: "no calls",
        },
        {
          kind: "stat",
          title: "Telemetry lost",
          note: "Anything above zero means these boards miss something.",
          width: 4,
          signals: [lostRate],
          thresholds: { direction: "above", warn: 0.001, bad: 1 },
        },
      ],
    },
    {
      title: "Services",
      height: 8,
      panels: [
        {
          kind: "lines",
          title: "Work taken in",
          note: "Requests and messages by service; a line that ends is a service that stopped.",
          width: 8,
          signals: [workRate],
        },
        {
          kind: "lines",
          title: "Failed share",
          note: "By service; look at the failed traces below.",
          width: 8,
          signals: [workFailures],
          thresholds: SHARE_BAD,
        },
        {
          kind: "lines",
          title: "Latency p95",
          note: "By service.",
          width: 8,
          signals: [workLatency],
          thresholds: LATENCY,
        },
      ],
    },
    {
      title: "Who calls whom",
      height: 11,
      panels: [
        {
          kind: "map",
          title: "Service map",
          note: "Parts of the system and the calls between them, with rate, failures and latency.",
          width: 12,
          rate: edgeRate,
          failed: edgeFailureRate,
          latency: edgeLatency,
        },
        {
          kind: "table",
          title: "Slowest operations",
          note: "Where the time goes.",
          width: 12,
          signals: [slowOperations],
        },
      ],
    },
    {
      title: "What people see",
      height: 8,
      panels: [
        { kind: "lines", title: "API requests", note: "All routes together.", width: 6, signals: [requestTotal] },
        {
          kind: "lines",
          title: "API latency",
          note: "Half, 95 and 99 of 100 requests.",
          width: 6,
          signals: [latencyP50, latencyP95, latencyP99],
        },
        { kind: "lines", title: "Reminders delivered", note: "Per minute.", width: 6, signals: [remindersDelivered] },
        {
          kind: "lines",
          title: "Daemons look for work",
          note: "Per minute; a gap means nothing is sent.",
          width: 6,
          signals: [daemonRuns],
        },
      ],
    },
    {
      title: "Behind",
      height: 7,
      panels: [
        {
          kind: "lines",
          title: "PostgreSQL connections used",
          note: "At 100 % new clients are refused.",
          width: 6,
          signals: [connectionUse],
          thresholds: SHARE_FULL,
        },
        {
          kind: "lines",
          title: "Redis memory used",
          note: "At 100 % keys are evicted.",
          width: 6,
          signals: [redisMemoryShare],
          thresholds: SHARE_FULL,
        },
        { kind: "lines", title: "Messages by queue", note: "Waiting for a consumer.", width: 6, signals: [queueDepth] },
        {
          kind: "lines",
          title: "Memory of container limits",
          note: "At 100 % the kernel kills the container.",
          width: 6,
          signals: [containerMemoryShare],
          thresholds: SHARE_FULL,
        },
      ],
    },
    {
      title: "Trouble",
      height: 9,
      panels: [
        {
          kind: "traces",
          title: "Failed traces",
          note: "The latest requests that ended in an error.",
          width: 12,
          where: {},
          pick: "failed",
        },
        {
          kind: "logs",
          title: "Errors in the logs",
          note: "Records of severity error; the trace id leads to the trace.",
          width: 12,
          where: {},
          severity: "error",
        },
      ],
    },
    {
      title: "Failures by place",
      height: 7,
      panels: [
        { kind: "lines", title: "Error records by service", note: "From the logs.", width: 8, signals: [errorLogs] },
        {
          kind: "lines",
          title: "Failed operations",
          note: "Spans with status error.",
          width: 8,
          signals: [failedSpans],
        },
        {
          kind: "lines",
          title: "Error records of the bot",
          note: "The bot fails quietly: this is where it shows.",
          width: 8,
          signals: [botErrorLogs],
        },
      ],
    },
    {
      title: "Is telemetry itself alive?",
      height: 6,
      panels: [
        {
          kind: "bars",
          title: "Reporting instances",
          note: "A service that is missing here sends nothing.",
          width: 12,
          signals: [instances],
        },
        {
          kind: "lines",
          title: "Collector queue filled",
          note: "Fills while a backend is away.",
          width: 12,
          signals: [queueShare],
          thresholds: SHARE_FULL,
        },
      ],
    },
  ],
};

import type { Board } from "../model/board.ts";
import {
  daemonErrorLogs,
  daemonEvents,
  daemonFailures,
  daemonRuns,
  notificationLateness,
  oldestOverdue,
  remindersDelivered,
  remindersPlanned,
  remindersSent,
  runLatency,
  statusChanges,
} from "../signals/daemons.ts";
import { LATENCY, NONE_EXPECTED, SHARE_BAD } from "./thresholds.ts";

export const daemons: Board = {
  id: "daemons",
  title: "Daemons",
  question: "Do the daemons run, are games announced on time, and does their work fail?",
  rows: [
    {
      title: "Now",
      height: 5,
      panels: [
        {
          kind: "stat",
          title: "Reminders late by",
          note: "95 % of them, over 15 minutes.",
          width: 8,
          signals: [notificationLateness],
          thresholds: { direction: "above", warn: 15, bad: 60 },
          empty: "none due",
        },
        {
          kind: "stat",
          title: "Looks for due work",
          note: "Per minute, by daemon.",
          width: 8,
          signals: [daemonRuns],
          thresholds: { direction: "below", warn: 10, bad: 1 },
        },
        {
          kind: "stat",
          title: "Errors in the log",
          note: "Per second, both daemons.",
          width: 8,
          signals: [daemonErrorLogs],
          thresholds: NONE_EXPECTED,
        },
      ],
    },
    {
      title: "Reminders",
      height: 8,
      panels: [
        {
          kind: "lines",
          title: "Reminders",
          note: "Planned, sent and delivered; sent without delivered means the bot is away.",
          width: 12,
          signals: [remindersPlanned, remindersSent, remindersDelivered],
        },
        {
          kind: "lines",
          title: "Lateness",
          note: "Due moment to post in Discord.",
          width: 12,
          signals: [notificationLateness],
          thresholds: { direction: "above", warn: 15, bad: 60 },
        },
      ],
    },
    {
      title: "With our instrumentation of scheduled work",
      height: 7,
      panels: [
        {
          kind: "lines",
          title: "Oldest overdue reminder",
          note: "Rises while nobody sends.",
          width: 12,
          signals: [oldestOverdue],
          thresholds: { direction: "above", warn: 15, bad: 60 },
          optional: true,
        },
      ],
    },
    {
      title: "Runs",
      height: 8,
      panels: [
        {
          kind: "lines",
          title: "Runs",
          note: "Looks for due work per minute; a gap is a daemon that hangs.",
          width: 8,
          signals: [daemonRuns],
        },
        {
          kind: "lines",
          title: "Duration of a look",
          note: "p95 of the statement that finds due rows.",
          width: 8,
          signals: [runLatency],
          thresholds: LATENCY,
        },
        {
          kind: "lines",
          title: "Failed operations",
          note: "Share, by daemon.",
          width: 8,
          signals: [daemonFailures],
          thresholds: SHARE_BAD,
        },
      ],
    },
    {
      title: "Work",
      height: 8,
      panels: [
        {
          kind: "lines",
          title: "Events handled",
          note: "From the queues, per second.",
          width: 12,
          signals: [daemonEvents],
        },
        {
          kind: "lines",
          title: "Status changes",
          note: "Games that began or ended, per minute.",
          width: 12,
          signals: [statusChanges],
        },
      ],
    },
    {
      title: "Examples",
      height: 9,
      panels: [
        {
          kind: "traces",
          title: "Latest runs of notification",
          note: "Each is one look or one event.",
          width: 12,
          where: { "service.name": "notification" },
          pick: "latest",
        },
        {
          kind: "logs",
          title: "Log of the daemons",
          note: "Everything, newest first.",
          width: 12,
          where: { "service.name": ["notification", "status"] },
          severity: "info",
        },
      ],
    },
  ],
};

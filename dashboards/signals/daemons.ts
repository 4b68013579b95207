import { level, logQuantile, logRate, orZero, quantile, rate, ratio, times } from "../model/build.ts";
import type { Metric } from "../model/metric.ts";
import { signal } from "../model/signal.ts";
import { ENTRY, FAILED, spanCalls, spanDuration } from "./spans.ts";

const NOTIFICATION = { "service.name": "notification" } as const;
const BOT = { "service.name": "bot" } as const;
const STATUS = { "service.name": "status" } as const;
const BOTH = { "service.name": ["notification", "status"] } as const;
/** A scheduled run begins with one statement that looks for due rows; nothing else of the daemons updates outside a message. */
const RUN = { "span.kind": "SPAN_KIND_CLIENT", "span.name": { like: "UPDATE.*" } } as const;

export const overdue: Metric = {
  name: "game_scheduler.notification.overdue",
  kind: "gauge",
  unit: "s",
  source: "instrumentation:daemon",
  attributes: ["service.name"],
};

export const daemonRuns = signal("daemon-runs", {
  name: "Looks for due work",
  unit: "per minute",
  meaning: "How often each daemon looked into the database for due work, per minute; 0 means it hangs",
  value: times(rate(spanCalls, { where: { ...BOTH, ...RUN }, by: ["service.name"] }), 60),
});

export const runLatency = signal("daemon-run-latency", {
  name: "Look p95",
  unit: "s",
  meaning: "95 % of the look-ups for due work are answered within this time",
  value: quantile(0.95, spanDuration, { where: { ...BOTH, ...RUN }, by: ["service.name"] }),
});

export const daemonFailures = signal("daemon-failures", {
  name: "Failed share",
  unit: "share",
  meaning: "Share of the daemons' operations that failed, by daemon",
  value: ratio(
    rate(spanCalls, { where: { ...BOTH, ...FAILED }, by: ["service.name"] }),
    rate(spanCalls, { where: BOTH, by: ["service.name"] }),
  ),
});

export const daemonEvents = signal("daemon-events", {
  name: "Events handled",
  unit: "messages/s",
  meaning: "Events about games each daemon took from its queue per second",
  value: rate(spanCalls, { where: { ...BOTH, ...ENTRY }, by: ["service.name"] }),
});

export const remindersSent = signal("reminders-sent", {
  name: "Reminders sent",
  unit: "per minute",
  meaning: "Reminders handed to the bot per minute, counted from the log",
  value: times(orZero(logRate("info", { where: NOTIFICATION, contains: "reminder sent" })), 60),
});

export const remindersPlanned = signal("reminders-planned", {
  name: "Reminders planned",
  unit: "per minute",
  meaning: "Reminders written down for new games per minute, counted from the log",
  value: times(orZero(logRate("info", { where: NOTIFICATION, contains: "reminder planned" })), 60),
});

export const remindersDelivered = signal("reminders-delivered", {
  name: "Reminders delivered",
  unit: "per minute",
  meaning: "Reminders the bot posted to Discord per minute, counted from the log",
  value: times(orZero(logRate("info", { where: BOT, contains: "reminder delivered" })), 60),
});

export const statusChanges = signal("status-changes", {
  name: "Status changes",
  unit: "per minute",
  meaning: "Games that began or ended per minute, counted from the log",
  value: times(orZero(logRate("info", { where: STATUS, contains: "game status changed" })), 60),
});

export const daemonErrorLogs = signal("daemon-error-logs", {
  name: "Error records",
  unit: "records/s",
  meaning: "Log records of severity error the daemons wrote per second",
  value: orZero(logRate("error", { where: BOTH })),
});

export const notificationLateness = signal("notification-lateness", {
  name: "Notification lateness",
  unit: "s",
  meaning: "95 % of reminders reach Discord at most this long after they were due, over a quarter of an hour",
  value: logQuantile(0.95, "reminder.lateness_s", { where: BOT, contains: "reminder delivered", seconds: 900 }),
});

export const oldestOverdue = signal("notification-overdue", {
  name: "Oldest overdue reminder",
  unit: "s",
  meaning: "How long the oldest unsent reminder has been due",
  value: level(overdue, { aggregate: "max" }),
});

/** The objective: a reminder is on time when it is in Discord within a minute. */
export const ON_TIME_SECONDS = 60;

const DELIVERED = { where: BOT, contains: "reminder delivered" } as const;

export const deliveredRate = logRate("info", DELIVERED);
export const deliveredOnTimeRate = logRate("info", {
  ...DELIVERED,
  atMost: { attribute: "reminder.lateness_s", value: ON_TIME_SECONDS },
});

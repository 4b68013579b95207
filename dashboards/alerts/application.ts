import { above, alert, below } from "../model/alert.ts";
import { dependencyFailures } from "../signals/api.ts";
import { eventFailures, heartbeatAge, rateLimited, restFailures } from "../signals/bot.ts";
import { daemonRuns, notificationLateness, oldestOverdue } from "../signals/daemons.ts";
import { errorLogs } from "../signals/logs.ts";
import { silence, workFailures, workLatency } from "../signals/spans.ts";

const BOT = { "service.name": "bot" } as const;

/** Services whose silence is trouble at any hour. */
export const WATCHED_SERVICES = ["api", "bot", "notification", "status"] as const;

export const applicationAlerts = [
  alert("service-errors", {
    title: "A service fails more than one in twenty",
    when: above(workFailures, 0.05, 300),
    severity: "page",
    board: "overview",
    traces: { "status.code": "STATUS_CODE_ERROR" },
  }),
  alert("service-slow", {
    title: "A service takes more than five seconds for its slowest requests",
    when: above(workLatency, 5, 600),
    severity: "ticket",
    board: "overview",
    traces: {},
  }),
  alert("error-logs", {
    title: "A service writes many errors into its log",
    when: above(errorLogs, 0.2, 300),
    severity: "ticket",
    board: "overview",
    traces: { "status.code": "STATUS_CODE_ERROR" },
  }),
  alert("dependency-failures", {
    title: "The API's calls to its database, cache or broker fail",
    when: above(dependencyFailures, 0.1, 180),
    severity: "page",
    board: "api",
    traces: { "service.name": "api" },
  }),
  alert("notification-lateness", {
    title: "Reminders come more than a minute late",
    when: above(notificationLateness, 60, 120),
    severity: "page",
    board: "daemons",
    traces: BOT,
  }),
  alert("notification-overdue", {
    title: "A reminder is overdue and nobody sends it",
    when: above(oldestOverdue, 120, 60),
    severity: "page",
    board: "daemons",
    optional: true,
  }),
  alert("daemon-stopped", {
    title: "A daemon has stopped looking for due work",
    when: below(daemonRuns, 1, 180),
    severity: "page",
    board: "daemons",
    traces: { "service.name": "notification" },
  }),
  alert("bot-events-failing", {
    title: "The bot cannot post what happens",
    when: above(eventFailures, 0.1, 180),
    severity: "page",
    board: "bot",
    traces: BOT,
  }),
  alert("discord-refuses", {
    title: "Discord refuses the bot's calls",
    when: above(restFailures, 0.1, 300),
    severity: "page",
    board: "bot",
    traces: BOT,
  }),
  alert("discord-rate-limit", {
    title: "Discord limits the bot's rate",
    when: above(rateLimited, 0.05, 600),
    severity: "ticket",
    board: "bot",
    traces: BOT,
  }),
  alert("bot-heartbeat-gap", {
    title: "The bot has lost Discord's gateway",
    when: above(heartbeatAge, 60, 60),
    severity: "page",
    board: "bot",
    optional: true,
  }),
  ...WATCHED_SERVICES.map((service) =>
    alert(`silence-${service}`, {
      title: `${service} sends no telemetry`,
      when: above(silence(service), 0, 60),
      severity: "page",
      // the signal exists only while there is silence, so no data is the good case
      noData: "fine",
      board: "overview",
    }),
  ),
];

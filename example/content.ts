import {
  above,
  alert,
  board,
  contentPack,
  level,
  lines,
  logQuantile,
  logRate,
  type Metric,
  NO_DATA,
  objective,
  rate,
  ratio,
  recordsPerMinute,
  signal,
  stat,
  tracedDuration,
  whenEnough,
} from "../dashboards/index.ts";

/** The Game Scheduler's own numbers: are games announced on time? Named by `content` in its stack files. */

const NOTIFICATION = { "service.name": "notification" } as const;
const STATUS = { "service.name": "status" } as const;
const BOT = { "service.name": "bot" } as const;
const DELIVERED = { where: BOT, contains: "reminder delivered" } as const;

/** A reminder is on time when it is in Discord within so many seconds of its moment. */
const ON_TIME = 60;
const LATE = { direction: "above", warn: 15, bad: ON_TIME } as const;

const lateness = signal("notification-lateness", "Notification lateness", "s", {
  meaning: "95 % of reminders reach Discord at most this long after they were due, over a quarter of an hour",
  value: logQuantile(0.95, "reminder.lateness_s", { ...DELIVERED, seconds: 900 }),
});
/** Few reminders fall due in a quarter of an hour, and of few a single late one is the slowest 5 %: one reminder wakes nobody. */
const LEAST_LATE = 3;
const manyLate = signal("notification-lateness-judged", lateness.name, lateness.unit, {
  meaning: `${lateness.meaning}; where at least ${LEAST_LATE} were later than ${ON_TIME} s`,
  value: logQuantile(0.95, "reminder.lateness_s", {
    ...DELIVERED,
    seconds: 900,
    least: { records: LEAST_LATE, above: ON_TIME },
  }),
});
const planned = recordsPerMinute("reminders-planned", "Planned", "Reminders planned", NOTIFICATION, "reminder planned");
const sent = recordsPerMinute("reminders-sent", "Sent", "Reminders handed to the bot", NOTIFICATION, "reminder sent");
const delivered = recordsPerMinute(
  "reminders-delivered",
  "Delivered",
  "Reminders posted to Discord",
  BOT,
  DELIVERED.contains,
);
const changes = recordsPerMinute(
  "status-changes",
  "Changes",
  "Games that began or ended",
  STATUS,
  "game status changed",
);
const commands = recordsPerMinute("bot-commands", "Commands", "Slash commands the bot answered", BOT, "slash command");

const pool: Metric = {
  name: "db.client.connections.usage",
  kind: "updown",
  unit: "connections",
  source: "sdk:http-server",
  attributes: ["service.name", "service.instance.id", "pool.name", "state"],
};
const poolUse = signal("api-pool-use", "Pool connections", "count", {
  meaning: "Database connections of the API's pool, by state (idle, used)",
  value: level(pool, { where: { "service.name": "api" }, by: ["state"] }),
});

/** The function that hands a due reminder to the bot, traced by `services[].traced`. */
const ANNOUNCE = { ...NOTIFICATION, "code.function.name": "game_scheduler.announcements.announce_due" } as const;
const UNANNOUNCED = { ...ANNOUNCE, "error.type": { like: ".+" } } as const;
const announcementsFailing = signal("announcements-failing", "Failed announcements", "share", {
  meaning:
    "Share of due reminders that could not be handed to the bot, of at least three in five minutes, 2 of them failed",
  value: whenEnough(
    whenEnough(
      ratio(rate(tracedDuration, { where: UNANNOUNCED }), rate(tracedDuration, { where: ANNOUNCE })),
      tracedDuration,
      3,
      { where: ANNOUNCE },
    ),
    tracedDuration,
    2,
    { where: UNANNOUNCED },
  ),
});

export default contentPack({
  boards: [
    board("games", "Games", "Are games announced on time, and does Discord hear of what happens to them?", [
      [
        "Now",
        stat("Reminders late by", "95 % of them, over 15 minutes.", lateness, LATE, "none due"),
        stat("Reminders delivered", "Per minute.", delivered),
        stat("Slash commands", "Answered per minute.", commands),
        stat("Status changes", "Games that began or ended, per minute.", changes),
      ],
      [
        "Reminders",
        lines("Reminders", "Sent without delivered: the bot is away.", [planned, sent, delivered]),
        lines("Lateness", "Due moment to post in Discord.", lateness, LATE),
        lines("Connection pool of the API", "All used and none idle: requests wait.", poolUse),
      ],
    ]),
  ],
  alerts: [
    alert("notification-lateness", "page", {
      title: "Reminders come more than a minute late",
      when: above(manyLate, ON_TIME, 120),
      noData: NO_DATA.idle,
      board: "games",
      traces: BOT,
    }),
    alert("announcements-failing", "page", {
      title: "Due reminders cannot be handed to the bot",
      when: above(announcementsFailing, 0.2, 120),
      noData: NO_DATA.idle,
      board: "games",
      traces: NOTIFICATION,
    }),
  ],
  objectives: [
    objective("notification-timeliness", {
      name: "Notification timeliness",
      promise: "A reminder is in Discord within a minute of its time",
      valid: logRate("info", DELIVERED),
      good: logRate("info", { ...DELIVERED, atMost: { attribute: "reminder.lateness_s", value: ON_TIME } }),
      target: 0.99,
      service: "bot",
      board: "games",
    }),
  ],
});

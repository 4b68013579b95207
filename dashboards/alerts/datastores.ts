import { above, alert, below } from "../model/alert.ts";
import { absent } from "../model/build.ts";
import type { Metric } from "../model/metric.ts";
import { signal } from "../model/signal.ts";
import {
  backends,
  cacheHitShare,
  connectionUse,
  deadlockRate,
  exclusiveLocks,
  rollbackShare,
  wraparoundShare,
} from "../signals/postgres.ts";
import { consumers } from "../signals/rabbitmq.ts";
import { redisEvictions, redisMemoryShare, redisRejections, uptime } from "../signals/redis.ts";

const STATEMENTS = { "db.system.name": "postgresql" } as const;
const SILENT_SECONDS = 180;

/** A store that cannot be read is down, or its monitoring is: both need someone. */
function gone(id: string, title: string, metric: Metric, board: string) {
  const lost = signal(`${id}-signal`, {
    name: title,
    unit: "state",
    meaning: `1 when nothing was read for ${SILENT_SECONDS / 60} minutes`,
    value: absent(metric, SILENT_SECONDS),
  });
  return alert(id, { title, when: above(lost, 0, 60), severity: "page", board });
}

export const datastoreAlerts = [
  gone("postgres-down", "PostgreSQL cannot be read", backends, "postgresql"),
  gone("redis-down", "Redis cannot be read", uptime, "redis"),
  gone("rabbitmq-down", "RabbitMQ cannot be read", consumers, "rabbitmq"),
  alert("postgres-connections", {
    title: "PostgreSQL's connections are nearly used up",
    when: above(connectionUse, 0.8, 300),
    severity: "page",
    board: "postgresql",
    traces: STATEMENTS,
  }),
  alert("postgres-locks", {
    title: "Exclusive locks pile up in PostgreSQL",
    when: above(exclusiveLocks, 20, 300),
    severity: "page",
    board: "postgresql",
    traces: STATEMENTS,
  }),
  alert("postgres-deadlocks", {
    title: "Transactions deadlock",
    when: above(deadlockRate, 0.01, 300),
    severity: "ticket",
    board: "postgresql",
    traces: STATEMENTS,
  }),
  alert("postgres-rollbacks", {
    title: "Nearly all transactions are rolled back",
    // SQLAlchemy ends every read-only session by a rollback: half of them is what a healthy system shows
    when: above(rollbackShare, 0.9, 1800),
    severity: "ticket",
    board: "postgresql",
    traces: STATEMENTS,
  }),
  alert("postgres-cache", {
    title: "PostgreSQL reads from disk what should be in memory",
    when: below(cacheHitShare, 0.8, 1800),
    severity: "ticket",
    board: "postgresql",
  }),
  alert("postgres-wraparound", {
    title: "PostgreSQL nears transaction id wraparound",
    when: above(wraparoundShare, 0.5, 3600),
    severity: "page",
    board: "postgresql",
    optional: true,
  }),
  alert("redis-evictions", {
    title: "Redis throws keys away for lack of memory",
    when: above(redisEvictions, 0, 300),
    severity: "ticket",
    board: "redis",
  }),
  alert("redis-memory", {
    title: "Redis is nearly full",
    when: above(redisMemoryShare, 0.9, 300),
    severity: "page",
    board: "redis",
  }),
  alert("redis-rejections", {
    title: "Redis turns clients away",
    when: above(redisRejections, 0, 120),
    severity: "page",
    board: "redis",
  }),
];

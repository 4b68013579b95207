import type { Facts } from "../facts.ts";
import { type Alert, above, alert, below, NO_DATA } from "../model/alert.ts";
import { absent } from "../model/build.ts";
import type { Metric } from "../model/metric.ts";
import { signal } from "../model/signal.ts";
import { backends, cacheHitShare, connectionUse, deadlockRate, rollbackShare } from "../signals/postgres.ts";
import { consumers } from "../signals/rabbitmq.ts";
import { redisEvictions, redisFull, redisRejections, uptime } from "../signals/redis.ts";

const STATEMENTS = { "db.system.name": "postgresql" } as const;
const SILENT_SECONDS = 180;

/** A store that cannot be read is down, or its monitoring is: both need someone. */
function gone(id: string, title: string, metric: Metric, board: string) {
  const meaning = `1 when nothing was read for ${SILENT_SECONDS / 60} minutes`;
  const lost = signal(`${id}-signal`, title, "state", { meaning, value: absent(metric, SILENT_SECONDS) });
  return alert(id, "page", { title, when: above(lost, 0, 60), noData: NO_DATA.absence, board });
}

/** Rules about the stores that a stack has. */
export function datastoreAlerts({ stores, redisEvicts }: Pick<Facts, "stores" | "redisEvicts">): readonly Alert[] {
  return [
    ...(stores.includes("postgres") ? postgresAlerts : []),
    ...(stores.includes("redis") ? [...redisAlerts, ...(redisEvicts ? [] : [redisMemory])] : []),
    ...(stores.includes("rabbitmq") ? [gone("rabbitmq-down", "RabbitMQ cannot be read", consumers, "rabbitmq")] : []),
  ];
}

const postgres = { board: "postgresql", noData: NO_DATA.unread, traces: STATEMENTS } as const;
const redis = { board: "redis", noData: NO_DATA.unread } as const;

const postgresAlerts = [
  gone("postgres-down", "PostgreSQL cannot be read", backends, "postgresql"),
  alert("postgres-connections", "page", {
    title: "PostgreSQL's connections are nearly used up",
    when: above(connectionUse, 0.8, 300),
    ...postgres,
  }),
  alert("postgres-deadlocks", "ticket", {
    title: "Transactions deadlock",
    when: above(deadlockRate, 0.01, 300),
    ...postgres,
  }),
  alert("postgres-rollbacks", "ticket", {
    title: "Nearly all transactions are rolled back",
    // SQLAlchemy ends every read-only session by a rollback: half of them is what a healthy system shows
    when: above(rollbackShare, 0.9, 1800),
    ...postgres,
  }),
  alert("postgres-cache", "ticket", {
    title: "PostgreSQL reads from disk what should be in memory",
    when: below(cacheHitShare, 0.8, 1800),
    ...postgres,
  }),
];

const redisAlerts = [
  gone("redis-down", "Redis cannot be read", uptime, "redis"),
  alert("redis-evictions", "ticket", {
    title: "Redis evicts keys for lack of memory",
    when: above(redisEvictions, 0, 300),
    ...redis,
  }),
  alert("redis-rejections", "page", {
    title: "Redis turns clients away",
    when: above(redisRejections, 0, 120),
    ...redis,
  }),
];

const redisMemory = alert("redis-memory", "page", {
  title: "Redis is nearly full",
  when: above(redisFull, 0.9, 300),
  ...redis,
});

import type { Facts } from "../facts.ts";
import { type Alert, above, alert, alertsOn, below, NO_DATA } from "../model/alert.ts";
import { absent } from "../model/build.ts";
import type { Metric } from "../model/metric.ts";
import { signal } from "../model/signal.ts";
import { backends, postgresSignals as pg } from "../signals/postgres.ts";
import { consumers } from "../signals/rabbitmq.ts";
import { redisSignals as cache, redisFull, uptime } from "../signals/redis.ts";

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

const postgres = alertsOn({ board: "postgresql", noData: NO_DATA.unread, traces: STATEMENTS });
const redis = alertsOn({ board: "redis", noData: NO_DATA.unread });

const postgresAlerts = [
  gone("postgres-down", "PostgreSQL cannot be read", backends, "postgresql"),
  postgres(
    "postgres-connections",
    "page",
    "PostgreSQL's connections are nearly used up",
    above(pg.connectionUse, 0.8, 300),
  ),
  postgres("postgres-deadlocks", "ticket", "Transactions deadlock", above(pg.deadlockRate, 0.01, 300)),
  // SQLAlchemy ends every read-only session by a rollback: half of them is what a healthy system shows
  postgres(
    "postgres-rollbacks",
    "ticket",
    "Nearly all transactions are rolled back",
    above(pg.rollbackShare, 0.9, 1800),
  ),
  postgres(
    "postgres-cache",
    "ticket",
    "PostgreSQL reads from disk what should be in memory",
    below(pg.cacheHitShare, 0.8, 1800),
  ),
];

const redisAlerts = [
  gone("redis-down", "Redis cannot be read", uptime, "redis"),
  redis("redis-evictions", "ticket", "Redis evicts keys for lack of memory", above(cache.evictions, 0, 300)),
  redis("redis-rejections", "page", "Redis turns clients away", above(cache.rejections, 0, 120)),
];

const redisMemory = redis("redis-memory", "page", "Redis is nearly full", above(redisFull, 0.9, 300));

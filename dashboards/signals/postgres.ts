import { level, per, plus, rate, ratio, top } from "../model/build.ts";
import type { Metric, MetricKind } from "../model/metric.ts";
import { signal } from "../model/signal.ts";

const DATABASE = ["postgresql.database.name"];

function metric(name: string, kind: MetricKind, unit: string, attributes: readonly string[] = DATABASE): Metric {
  return { name: `postgresql.${name}`, kind, unit, source: "receiver:postgresql", attributes };
}

const TABLE = ["postgresql.table.name", "postgresql.database.name"];

export const backends = metric("backends", "updown", "1");
export const connectionMax = metric("connection.max", "gauge", "{connections}", []);
export const commits = metric("commits", "counter", "1");
export const rollbacks = metric("rollbacks", "counter", "1");
export const deadlocks = metric("deadlocks", "counter", "{deadlock}");
export const blocksHit = metric("blks_hit", "counter", "{blks_hit}");
export const blocksRead = metric("blks_read", "counter", "{blks_read}");
export const databaseSize = metric("db_size", "updown", "By");
export const tempFiles = metric("temp_files", "counter", "{temp_file}");
export const tuplesFetched = metric("tup_fetched", "counter", "{tup_fetched}");
export const tuplesInserted = metric("tup_inserted", "counter", "{tup_inserted}");
export const tuplesUpdated = metric("tup_updated", "counter", "{tup_updated}");
export const tuplesDeleted = metric("tup_deleted", "counter", "{tup_deleted}");
export const tableSize = metric("table.size", "updown", "By", TABLE);
export const sequentialScans = metric("sequential_scans", "counter", "{sequential_scan}", TABLE);
export const rows = metric("rows", "updown", "1", [...TABLE, "state"]);
export const checkpoints = metric("bgwriter.checkpoint.count", "counter", "{checkpoints}", ["type"]);

export const connectionUse = signal("postgres-connection-use", "Connections used", "share", {
  meaning: "Share of PostgreSQL's connection slots in use; at 1 new clients are refused",
  value: per(level(backends), level(connectionMax, { aggregate: "max" })),
});

export const connections = signal("postgres-connections", "Connections", "count", {
  meaning: "Open connections, by database",
  value: level(backends, { by: DATABASE }),
});

export const transactions = signal("postgres-transactions", "Commits", "operations/s", {
  meaning: "Transactions committed per second, by database",
  value: rate(commits, { by: DATABASE }),
});

export const rollbackShare = signal("postgres-rollback-share", "Rolled back", "share", {
  meaning:
    "Share of transactions that were rolled back; reads end this way too, so only a jump means failing transactions",
  value: ratio(rate(rollbacks), plus(rate(commits), rate(rollbacks))),
});

export const cacheHitShare = signal("postgres-cache-hits", "Cache hits", "share", {
  meaning: "Share of blocks found in memory; low means the working set does not fit",
  value: ratio(rate(blocksHit), plus(rate(blocksHit), rate(blocksRead))),
});

export const deadlockRate = signal("postgres-deadlocks", "Deadlocks", "operations/s", {
  meaning: "Transactions killed per second because they waited for each other",
  value: rate(deadlocks, { by: DATABASE }),
});

export const databaseBytes = signal("postgres-size", "Size", "bytes", {
  meaning: "Size on disk, by database",
  value: level(databaseSize, { by: DATABASE }),
});

export const rowsRead = signal("postgres-rows-read", "Rows read", "operations/s", {
  meaning: "Rows fetched per second",
  value: rate(tuplesFetched),
});

export const rowsInserted = signal("postgres-rows-inserted", "Rows inserted", "operations/s", {
  meaning: "Rows inserted per second",
  value: rate(tuplesInserted),
});

export const rowsUpdated = signal("postgres-rows-updated", "Rows updated", "operations/s", {
  meaning: "Rows updated per second",
  value: rate(tuplesUpdated),
});

export const rowsDeleted = signal("postgres-rows-deleted", "Rows deleted", "operations/s", {
  meaning: "Rows deleted per second",
  value: rate(tuplesDeleted),
});

export const biggestTables = signal("postgres-tables", "Table size", "bytes", {
  meaning: "The ten largest tables",
  value: top(10, level(tableSize, { by: ["postgresql.table.name"] })),
});

export const scans = signal("postgres-sequential-scans", "Sequential scans", "operations/s", {
  meaning: "Reads of whole tables per second, by table; a busy one lacks an index",
  value: top(10, rate(sequentialScans, { by: ["postgresql.table.name"] })),
});

export const deadRows = signal("postgres-dead-rows", "Dead rows", "count", {
  meaning: "Rows waiting for vacuum, by table",
  value: top(10, level(rows, { where: { state: "dead" }, by: ["postgresql.table.name"] })),
});

export const tempFileRate = signal("postgres-temp-files", "Temporary files", "operations/s", {
  meaning: "Sorts and joins per second that did not fit into memory",
  value: rate(tempFiles),
});

export const checkpointRate = signal("postgres-checkpoints", "Checkpoints", "operations/s", {
  meaning: "Checkpoints per second, by reason",
  value: rate(checkpoints, { by: ["type"] }),
});

import { level, orZero, per, plus, rate, ratio, top } from "../model/build.ts";
import type { Metric, MetricKind } from "../model/metric.ts";
import { signal } from "../model/signal.ts";

const DATABASE = ["postgresql.database.name"];
const BY_DATNAME = { "postgresql.database.name": "datname" };

function metric(
  name: string,
  kind: MetricKind,
  unit: string,
  exporter?: string,
  attributes: readonly string[] = DATABASE,
): Metric {
  const base = { name: `postgresql.${name}`, kind, unit, source: "receiver:postgresql", attributes } as const;
  return exporter === undefined ? base : { ...base, exporter: { name: exporter, labels: BY_DATNAME } };
}

export const backends = metric("backends", "updown", "1", "pg_stat_database_numbackends");
export const connectionMax = metric("connection.max", "gauge", "{connections}", "pg_settings_max_connections", []);
export const commits = metric("commits", "counter", "1", "pg_stat_database_xact_commit");
export const rollbacks = metric("rollbacks", "counter", "1", "pg_stat_database_xact_rollback");
export const deadlocks = metric("deadlocks", "counter", "{deadlock}", "pg_stat_database_deadlocks");
export const blocksHit = metric("blks_hit", "counter", "{blks_hit}", "pg_stat_database_blks_hit");
export const blocksRead = metric("blks_read", "counter", "{blks_read}", "pg_stat_database_blks_read");
export const databaseSize = metric("db_size", "updown", "By", "pg_database_size_bytes");
export const tempFiles = metric("temp_files", "counter", "{temp_file}", "pg_stat_database_temp_files");
export const tuplesFetched = metric("tup_fetched", "counter", "{tup_fetched}", "pg_stat_database_tup_fetched");
export const tuplesInserted = metric("tup_inserted", "counter", "{tup_inserted}", "pg_stat_database_tup_inserted");
export const tuplesUpdated = metric("tup_updated", "counter", "{tup_updated}", "pg_stat_database_tup_updated");
export const tuplesDeleted = metric("tup_deleted", "counter", "{tup_deleted}", "pg_stat_database_tup_deleted");
export const locks: Metric = {
  name: "postgresql.database.locks",
  kind: "gauge",
  unit: "{lock}",
  source: "receiver:postgresql",
  attributes: ["mode", "lock_type", "relation"],
  exporter: { name: "pg_locks_count" },
};
export const tableSize: Metric = {
  name: "postgresql.table.size",
  kind: "updown",
  unit: "By",
  source: "receiver:postgresql",
  attributes: ["postgresql.table.name", "postgresql.database.name"],
  exporter: { name: "pg_stat_user_tables_size_bytes", labels: { "postgresql.table.name": "relname", ...BY_DATNAME } },
};
export const sequentialScans: Metric = {
  name: "postgresql.sequential_scans",
  kind: "counter",
  unit: "{sequential_scan}",
  source: "receiver:postgresql",
  attributes: ["postgresql.table.name", "postgresql.database.name"],
  exporter: { name: "pg_stat_user_tables_seq_scan", labels: { "postgresql.table.name": "relname", ...BY_DATNAME } },
};
export const indexScans: Metric = {
  name: "postgresql.index.scans",
  kind: "counter",
  unit: "{scans}",
  source: "receiver:postgresql",
  attributes: ["postgresql.index.name", "postgresql.table.name", "postgresql.database.name"],
  exporter: {
    name: "pg_stat_user_tables_idx_scan",
    labels: { "postgresql.index.name": "relname", "postgresql.table.name": "relname", ...BY_DATNAME },
  },
};
export const rows: Metric = {
  name: "postgresql.rows",
  kind: "updown",
  unit: "1",
  source: "receiver:postgresql",
  attributes: ["postgresql.table.name", "postgresql.database.name", "state"],
  exporter: {
    name: "pg_stat_user_tables_n_dead_tup",
    labels: { "postgresql.table.name": "relname" },
    implied: ["state"],
  },
};
export const checkpoints: Metric = {
  name: "postgresql.bgwriter.checkpoint.count",
  kind: "counter",
  unit: "{checkpoints}",
  source: "receiver:postgresql",
  attributes: ["type"],
  exporter: { name: "pg_stat_checkpointer_num_timed_total" },
};

export const connectionUse = signal("postgres-connection-use", {
  name: "Connections used",
  unit: "share",
  meaning: "Share of PostgreSQL's connection slots in use; at 1 new clients are refused",
  value: per(level(backends), level(connectionMax, { aggregate: "max" })),
});

export const connections = signal("postgres-connections", {
  name: "Connections",
  unit: "count",
  meaning: "Open connections, by database",
  value: level(backends, { by: DATABASE }),
});

export const transactions = signal("postgres-transactions", {
  name: "Commits",
  unit: "operations/s",
  meaning: "Transactions committed per second, by database",
  value: rate(commits, { by: DATABASE }),
});

export const rollbackShare = signal("postgres-rollback-share", {
  name: "Rolled back",
  unit: "share",
  meaning:
    "Share of transactions that were rolled back; reads end this way too, so only a jump means failing transactions",
  value: ratio(rate(rollbacks), plus(rate(commits), rate(rollbacks))),
});

export const cacheHitShare = signal("postgres-cache-hits", {
  name: "Cache hits",
  unit: "share",
  meaning: "Share of blocks found in memory; low means the working set does not fit",
  value: ratio(rate(blocksHit), plus(rate(blocksHit), rate(blocksRead))),
});

export const deadlockRate = signal("postgres-deadlocks", {
  name: "Deadlocks",
  unit: "operations/s",
  meaning: "Transactions killed per second because they waited for each other",
  value: rate(deadlocks, { by: DATABASE }),
});

export const locksHeld = signal("postgres-locks", {
  name: "Locks",
  unit: "count",
  meaning: "Locks held or awaited, by mode",
  value: level(locks, { by: ["mode"] }),
});

export const exclusiveLocks = signal("postgres-exclusive-locks", {
  name: "Exclusive locks",
  unit: "count",
  meaning: "Locks that stop other work on a table",
  value: orZero(level(locks, { where: { mode: ["AccessExclusiveLock", "ExclusiveLock"] } })),
});

export const databaseBytes = signal("postgres-size", {
  name: "Size",
  unit: "bytes",
  meaning: "Size on disk, by database",
  value: level(databaseSize, { by: DATABASE }),
});

export const rowsRead = signal("postgres-rows-read", {
  name: "Rows read",
  unit: "operations/s",
  meaning: "Rows fetched per second",
  value: rate(tuplesFetched),
});

export const rowsInserted = signal("postgres-rows-inserted", {
  name: "Rows inserted",
  unit: "operations/s",
  meaning: "Rows inserted per second",
  value: rate(tuplesInserted),
});

export const rowsUpdated = signal("postgres-rows-updated", {
  name: "Rows updated",
  unit: "operations/s",
  meaning: "Rows updated per second",
  value: rate(tuplesUpdated),
});

export const rowsDeleted = signal("postgres-rows-deleted", {
  name: "Rows deleted",
  unit: "operations/s",
  meaning: "Rows deleted per second",
  value: rate(tuplesDeleted),
});

export const biggestTables = signal("postgres-tables", {
  name: "Table size",
  unit: "bytes",
  meaning: "The ten largest tables",
  value: top(10, level(tableSize, { by: ["postgresql.table.name"] })),
});

export const scans = signal("postgres-sequential-scans", {
  name: "Sequential scans",
  unit: "operations/s",
  meaning: "Reads of whole tables per second, by table; a busy one lacks an index",
  value: top(10, rate(sequentialScans, { by: ["postgresql.table.name"] })),
});

export const deadRows = signal("postgres-dead-rows", {
  name: "Dead rows",
  unit: "count",
  meaning: "Rows waiting for vacuum, by table",
  value: top(10, level(rows, { where: { state: "dead" }, by: ["postgresql.table.name"] })),
});

export const tempFileRate = signal("postgres-temp-files", {
  name: "Temporary files",
  unit: "operations/s",
  meaning: "Sorts and joins per second that did not fit into memory",
  value: rate(tempFiles),
});

export const checkpointRate = signal("postgres-checkpoints", {
  name: "Checkpoints",
  unit: "operations/s",
  meaning: "Checkpoints per second, by reason",
  value: rate(checkpoints, { by: ["type"] }),
});

/** The collector's receiver does not tell it; the exporter's `database_wraparound` collector does. */
export const oldestTransaction: Metric = {
  name: "postgresql.datfrozenxid.age",
  kind: "gauge",
  unit: "",
  source: "exporter:postgres-wraparound",
  attributes: DATABASE,
  exporter: { name: "pg_database_wraparound_age_datfrozenxid_seconds", labels: BY_DATNAME },
};

export const wraparoundShare = signal("postgres-wraparound", {
  name: "Transaction ids used",
  unit: "share",
  meaning: "Share of the transaction ids used since the oldest row was frozen; at 1 the database stops writing",
  value: per(level(oldestTransaction, { by: DATABASE, aggregate: "max" }), { op: "constant", value: 2_000_000_000 }),
});

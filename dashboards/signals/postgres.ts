import { level, max, per, plus, rate, ratio, top } from "../model/build.ts";
import type { Metric, MetricKind } from "../model/metric.ts";
import { signal } from "../model/signal.ts";

const DATABASE = ["postgresql.database.name"];

function metric(name: string, kind: MetricKind, unit: string, attributes: readonly string[] = DATABASE): Metric {
  return { name: `postgresql.${name}`, kind, unit, source: "receiver:postgresql", attributes };
}

const TABLE = ["postgresql.table.name", "postgresql.database.name"];

export const backends = metric("backends", "updown", "1");
const connectionMax = metric("connection.max", "gauge", "{connections}", []);
const commits = metric("commits", "counter", "1");
const rollbacks = metric("rollbacks", "counter", "1");
const blocksHit = metric("blks_hit", "counter", "{blks_hit}");
const blocksRead = metric("blks_read", "counter", "{blks_read}");
const sequentialScans = metric("sequential_scans", "counter", "{sequential_scan}", TABLE);
const rows = metric("rows", "updown", "1", [...TABLE, "state"]);

export const postgresSignals = {
  connectionUse: signal("postgres-connection-use", "Connections used", "share", {
    meaning: "Share of PostgreSQL's connection slots in use; at 1 new clients are refused",
    value: per(level(backends), max(connectionMax)),
  }),
  connections: signal("postgres-connections", "Connections", "count", {
    meaning: "Open connections, by database",
    value: level(backends, { by: DATABASE }),
  }),
  transactions: signal("postgres-transactions", "Commits", "operations/s", {
    meaning: "Transactions committed per second, by database",
    value: rate(commits, { by: DATABASE }),
  }),
  rollbackShare: signal("postgres-rollback-share", "Rolled back", "share", {
    meaning:
      "Share of transactions that were rolled back; reads end this way too, so only a jump means failing transactions",
    value: ratio(rate(rollbacks), plus(rate(commits), rate(rollbacks))),
  }),
  cacheHitShare: signal("postgres-cache-hits", "Cache hits", "share", {
    meaning: "Share of blocks found in memory; low means the working set does not fit",
    value: ratio(rate(blocksHit), plus(rate(blocksHit), rate(blocksRead))),
  }),
  deadlockRate: signal("postgres-deadlocks", "Deadlocks", "operations/s", {
    meaning: "Transactions killed per second because they waited for each other",
    value: rate(metric("deadlocks", "counter", "{deadlock}"), { by: DATABASE }),
  }),
  databaseBytes: signal("postgres-size", "Size", "bytes", {
    meaning: "Size on disk, by database",
    value: level(metric("db_size", "updown", "By"), { by: DATABASE }),
  }),
  rowsRead: signal("postgres-rows-read", "Rows read", "operations/s", {
    meaning: "Rows fetched per second",
    value: rate(metric("tup_fetched", "counter", "{tup_fetched}")),
  }),
  rowsInserted: signal("postgres-rows-inserted", "Rows inserted", "operations/s", {
    meaning: "Rows inserted per second",
    value: rate(metric("tup_inserted", "counter", "{tup_inserted}")),
  }),
  rowsUpdated: signal("postgres-rows-updated", "Rows updated", "operations/s", {
    meaning: "Rows updated per second",
    value: rate(metric("tup_updated", "counter", "{tup_updated}")),
  }),
  rowsDeleted: signal("postgres-rows-deleted", "Rows deleted", "operations/s", {
    meaning: "Rows deleted per second",
    value: rate(metric("tup_deleted", "counter", "{tup_deleted}")),
  }),
  biggestTables: signal("postgres-tables", "Table size", "bytes", {
    meaning: "The ten largest tables",
    value: top(10, level(metric("table.size", "updown", "By", TABLE), { by: ["postgresql.table.name"] })),
  }),
  scans: signal("postgres-sequential-scans", "Sequential scans", "operations/s", {
    meaning: "Reads of whole tables per second, by table; a busy one lacks an index",
    value: top(10, rate(sequentialScans, { by: ["postgresql.table.name"] })),
  }),
  deadRows: signal("postgres-dead-rows", "Dead rows", "count", {
    meaning: "Rows waiting for vacuum, by table",
    value: top(10, level(rows, { where: { state: "dead" }, by: ["postgresql.table.name"] })),
  }),
  tempFileRate: signal("postgres-temp-files", "Temporary files", "operations/s", {
    meaning: "Sorts and joins per second that did not fit into memory",
    value: rate(metric("temp_files", "counter", "{temp_file}")),
  }),
  checkpointRate: signal("postgres-checkpoints", "Checkpoints", "operations/s", {
    meaning: "Checkpoints per second, by reason",
    value: rate(metric("bgwriter.checkpoint.count", "counter", "{checkpoints}", ["type"]), { by: ["type"] }),
  }),
};

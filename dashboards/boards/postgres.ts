import { bars, board, lines, stat, traces } from "../model/board.ts";
import { NONE_EXPECTED, SHARE_FULL, worseBelow } from "../model/thresholds.ts";
import { postgresSignals as pg } from "../signals/postgres.ts";

export const postgres = board(
  "postgresql",
  "PostgreSQL",
  "Is the database full, blocked or short of memory, and which table is to blame?",
  [
    [
      "Now",
      stat("Connections used", "At 100 % new clients are refused.", pg.connectionUse, SHARE_FULL),
      stat("Cache hits", "Below 95 % the disk does the work.", pg.cacheHitShare, worseBelow(0.98, 0.9), "idle"),
      stat("Rolled back", "Share of transactions; reads end this way too.", pg.rollbackShare, undefined, "idle"),
    ],
    [
      "Load",
      lines("Transactions", "Commits per second, by database.", pg.transactions),
      lines("Connections", "By database.", pg.connections),
      lines("Rows", "Read and written per second.", [pg.rowsRead, pg.rowsInserted, pg.rowsUpdated, pg.rowsDeleted]),
    ],
    [
      "Trouble",
      lines("Deadlocks", "Should be zero.", pg.deadlockRate, NONE_EXPECTED),
      lines("Temporary files", "Sorts that did not fit into memory.", pg.tempFileRate),
    ],
    [
      "Tables",
      bars("Largest tables", "On disk.", pg.biggestTables),
      lines("Sequential scans", "A busy table that lacks an index.", pg.scans),
      lines("Dead rows", "Waiting for vacuum.", pg.deadRows),
      lines("Database size", "On disk.", pg.databaseBytes),
    ],
    [
      "Background",
      lines("Checkpoints", "Requested ones mean the write-ahead log is too small.", pg.checkpointRate),
      traces("Statements", "The latest traces with a statement.", { "db.system.name": "postgresql" }, "latest"),
    ],
  ],
);

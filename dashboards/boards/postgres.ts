import type { Board } from "../model/board.ts";
import * as pg from "../signals/postgres.ts";
import { NONE_EXPECTED, SHARE_FULL } from "./thresholds.ts";

export const postgres: Board = {
  id: "postgresql",
  title: "PostgreSQL",
  question: "Is the database full, blocked or short of memory, and which table is to blame?",
  rows: [
    {
      title: "Now",
      height: 5,
      panels: [
        {
          kind: "stat",
          title: "Connections used",
          note: "At 100 % new clients are refused.",
          width: 6,
          signals: [pg.connectionUse],
          thresholds: SHARE_FULL,
        },
        {
          kind: "stat",
          title: "Cache hits",
          note: "Below 95 % the disk does the work.",
          width: 6,
          signals: [pg.cacheHitShare],
          thresholds: { direction: "below", warn: 0.98, bad: 0.9 },
          empty: "idle",
        },
        {
          kind: "stat",
          title: "Rolled back",
          note: "Share of transactions; reads end this way too.",
          width: 6,
          signals: [pg.rollbackShare],

          empty: "idle",
        },
        {
          kind: "stat",
          title: "Exclusive locks",
          note: "They stop others.",
          width: 6,
          signals: [pg.exclusiveLocks],
          thresholds: { direction: "above", warn: 3, bad: 20 },
          empty: "none",
        },
      ],
    },
    {
      title: "Load",
      height: 8,
      panels: [
        {
          kind: "lines",
          title: "Transactions",
          note: "Commits per second, by database.",
          width: 8,
          signals: [pg.transactions],
        },
        { kind: "lines", title: "Connections", note: "By database.", width: 8, signals: [pg.connections] },
        {
          kind: "lines",
          title: "Rows",
          note: "Read and written per second.",
          width: 8,
          signals: [pg.rowsRead, pg.rowsInserted, pg.rowsUpdated, pg.rowsDeleted],
        },
      ],
    },
    {
      title: "Trouble",
      height: 8,
      panels: [
        {
          kind: "stacked",
          title: "Locks by mode",
          note: "AccessExclusive stops readers.",
          width: 8,
          signals: [pg.locksHeld],
        },
        {
          kind: "lines",
          title: "Deadlocks",
          note: "Should be zero.",
          width: 8,
          signals: [pg.deadlockRate],
          thresholds: NONE_EXPECTED,
        },
        {
          kind: "lines",
          title: "Temporary files",
          note: "Sorts that did not fit into memory.",
          width: 8,
          signals: [pg.tempFileRate],
        },
      ],
    },
    {
      title: "Tables",
      height: 8,
      panels: [
        { kind: "bars", title: "Largest tables", note: "On disk.", width: 6, signals: [pg.biggestTables] },
        {
          kind: "lines",
          title: "Sequential scans",
          note: "A busy table that lacks an index.",
          width: 6,
          signals: [pg.scans],
        },
        { kind: "lines", title: "Dead rows", note: "Waiting for vacuum.", width: 6, signals: [pg.deadRows] },
        { kind: "lines", title: "Database size", note: "On disk.", width: 6, signals: [pg.databaseBytes] },
      ],
    },
    {
      title: "Background",
      height: 7,
      panels: [
        {
          kind: "lines",
          title: "Checkpoints",
          note: "Requested ones mean the write-ahead log is too small.",
          width: 12,
          signals: [pg.checkpointRate],
        },
        {
          kind: "traces",
          title: "Slow statements",
          note: "Traces with a statement slower than 100 ms.",
          width: 12,
          where: { "db.system.name": "postgresql" },
          pick: { slowerThan: 0.1 },
        },
      ],
    },
  ],
};

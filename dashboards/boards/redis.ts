import type { Board } from "../model/board.ts";
import * as cache from "../signals/redis.ts";
import { NONE_EXPECTED, SHARE_FULL } from "./thresholds.ts";

export const redis: Board = {
  id: "redis",
  title: "Redis",
  question: "Is Redis full, slow or useless, and which command is to blame?",
  rows: [
    {
      title: "Now",
      height: 5,
      panels: [
        {
          kind: "stat",
          title: "Memory used",
          note: "Of maxmemory.",
          width: 6,
          signals: [cache.redisMemoryShare],
          thresholds: SHARE_FULL,
        },
        {
          kind: "stat",
          title: "Hits",
          note: "Share of look-ups that found something.",
          width: 6,
          signals: [cache.redisHitShare],
          thresholds: { direction: "below", warn: 0.5, bad: 0.1 },
          empty: "no look-ups",
        },
        { kind: "stat", title: "Clients", note: "Connected.", width: 6, signals: [cache.redisClients] },
        {
          kind: "stat",
          title: "Uptime",
          note: "Small: it has just restarted.",
          width: 6,
          signals: [cache.redisUptime],
          thresholds: { direction: "below", warn: 300, bad: 60 },
        },
      ],
    },
    {
      title: "Load",
      height: 8,
      panels: [
        { kind: "lines", title: "Commands", note: "Per second.", width: 8, signals: [cache.redisCommands] },
        {
          kind: "lines",
          title: "Commands by name",
          note: "The ten most frequent.",
          width: 8,
          signals: [cache.redisCommandsByName],
        },
        {
          kind: "stacked",
          title: "Time by command",
          note: "Redis has one core: a sum near 100 % is full.",
          width: 8,
          signals: [cache.redisCommandTime],
        },
      ],
    },
    {
      title: "Memory",
      height: 8,
      panels: [
        {
          kind: "lines",
          title: "Memory",
          note: "Used for data, and held from the system.",
          width: 8,
          signals: [cache.redisMemory, cache.redisRss],
        },
        {
          kind: "lines",
          title: "Evicted keys",
          note: "Thrown away for lack of memory; should be zero.",
          width: 8,
          signals: [cache.redisEvictions],
          thresholds: NONE_EXPECTED,
        },
        {
          kind: "lines",
          title: "Fragmentation",
          note: "Above 1.5 memory is wasted.",
          width: 8,
          signals: [cache.redisFragmentation],
        },
      ],
    },
    {
      title: "Keys and clients",
      height: 8,
      panels: [
        { kind: "lines", title: "Keys", note: "All databases together.", width: 6, signals: [cache.redisKeys] },
        { kind: "lines", title: "Expired keys", note: "Per second.", width: 6, signals: [cache.redisExpirations] },
        {
          kind: "lines",
          title: "Rejected clients",
          note: "maxclients was reached.",
          width: 6,
          signals: [cache.redisRejections],
          thresholds: NONE_EXPECTED,
        },
        {
          kind: "lines",
          title: "Blocked clients",
          note: "Waiting in a blocking command.",
          width: 6,
          signals: [cache.redisBlocked],
        },
      ],
    },
    {
      title: "Network",
      height: 7,
      panels: [
        {
          kind: "lines",
          title: "Network traffic",
          note: "Bytes in and out per second.",
          width: 24,
          signals: [cache.redisNetworkIn, cache.redisNetworkOut],
        },
      ],
    },
  ],
};

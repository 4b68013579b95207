import { board, lines, stacked, stat } from "../model/board.ts";
import { NONE_EXPECTED, RESTARTED, SHARE_FULL, worseBelow } from "../model/thresholds.ts";
import { redisSignals as cache } from "../signals/redis.ts";

export const redis = board("redis", "Redis", "Is Redis full, slow or useless, and which command is to blame?", [
  [
    "Now",
    stat("Memory used", "Of maxmemory.", cache.memoryShare, SHARE_FULL),
    stat("Hits", "Share of look-ups that found something.", cache.hitShare, worseBelow(0.5, 0.1), "no look-ups"),
    stat("Clients", "Connected.", cache.clients),
    stat("Uptime", "Small: it has just restarted.", cache.uptime, RESTARTED),
  ],
  [
    "Load",
    lines("Commands", "Per second.", cache.commands),
    lines("Commands by name", "The ten most frequent.", cache.commandsByName),
    stacked("Time by command", "Redis has one core: a sum near 100 % is full.", cache.commandTime),
  ],
  [
    "Memory",
    lines("Memory", "Used for data, and held from the system.", [cache.memory, cache.rss]),
    lines("Evicted keys", "Thrown away for lack of memory; should be zero.", cache.evictions, NONE_EXPECTED),
    lines("Fragmentation", "Above 1.5 memory is wasted.", cache.fragmentation),
  ],
  [
    "Keys and clients",
    lines("Keys", "All databases together.", cache.keys),
    lines("Expired keys", "Per second.", cache.expirations),
    lines("Rejected clients", "maxclients was reached.", cache.rejections, NONE_EXPECTED),
    lines("Blocked clients", "Waiting in a blocking command.", cache.blocked),
  ],
  ["Network", lines("Network traffic", "Bytes in and out per second.", [cache.networkIn, cache.networkOut])],
]);

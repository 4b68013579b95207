import { board, lines, stacked, stat } from "../model/board.ts";
import { NONE_EXPECTED, RESTARTED, SHARE_FULL, worseBelow } from "../model/thresholds.ts";
import * as cache from "../signals/redis.ts";

export const redis = board("redis", "Redis", "Is Redis full, slow or useless, and which command is to blame?", [
  [
    "Now",
    stat("Memory used", "Of maxmemory.", cache.redisMemoryShare, SHARE_FULL),
    stat("Hits", "Share of look-ups that found something.", cache.redisHitShare, worseBelow(0.5, 0.1), "no look-ups"),
    stat("Clients", "Connected.", cache.redisClients),
    stat("Uptime", "Small: it has just restarted.", cache.redisUptime, RESTARTED),
  ],
  [
    "Load",
    lines("Commands", "Per second.", cache.redisCommands),
    lines("Commands by name", "The ten most frequent.", cache.redisCommandsByName),
    stacked("Time by command", "Redis has one core: a sum near 100 % is full.", cache.redisCommandTime),
  ],
  [
    "Memory",
    lines("Memory", "Used for data, and held from the system.", [cache.redisMemory, cache.redisRss]),
    lines("Evicted keys", "Thrown away for lack of memory; should be zero.", cache.redisEvictions, NONE_EXPECTED),
    lines("Fragmentation", "Above 1.5 memory is wasted.", cache.redisFragmentation),
  ],
  [
    "Keys and clients",
    lines("Keys", "All databases together.", cache.redisKeys),
    lines("Expired keys", "Per second.", cache.redisExpirations),
    lines("Rejected clients", "maxclients was reached.", cache.redisRejections, NONE_EXPECTED),
    lines("Blocked clients", "Waiting in a blocking command.", cache.redisBlocked),
  ],
  ["Network", lines("Network traffic", "Bytes in and out per second.", [cache.redisNetworkIn, cache.redisNetworkOut])],
]);

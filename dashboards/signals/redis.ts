import { increase, level, orZero, per, plus, rate, ratio, top, unless } from "../model/build.ts";
import type { Metric, MetricKind } from "../model/metric.ts";
import { signal } from "../model/signal.ts";

function metric(name: string, kind: MetricKind, unit: string, attributes: readonly string[] = []): Metric {
  return { name: `redis.${name}`, kind, unit, source: "receiver:redis", attributes };
}

export const clients = metric("clients.connected", "updown", "{client}");
export const blocked = metric("clients.blocked", "updown", "{client}");
export const rejected = metric("connections.rejected", "counter", "{connection}");
export const memoryUsed = metric("memory.used", "gauge", "By");
export const memoryRss = metric("memory.rss", "gauge", "By");
export const memoryMax = metric("maxmemory", "gauge", "By");
export const fragmentation = metric("memory.fragmentation_ratio", "gauge", "1");
export const processed = metric("commands.processed", "counter", "{command}");
export const hits = metric("keyspace.hits", "counter", "{hit}");
export const misses = metric("keyspace.misses", "counter", "{miss}");
export const evicted = metric("keys.evicted", "counter", "{key}");
export const expired = metric("keys.expired", "counter", "{event}");
export const keys = metric("db.keys", "gauge", "{key}", ["db"]);
export const networkIn = metric("net.input", "counter", "By");
export const networkOut = metric("net.output", "counter", "By");
export const uptime = metric("uptime", "counter", "s");
export const commandCalls = metric("cmd.calls", "counter", "{call}", ["cmd"]);
export const commandTime = metric("cmd.usec", "counter", "us", ["cmd"]);

export const redisMemory = signal("redis-memory", "Used", "bytes", {
  meaning: "Memory Redis uses for data",
  value: level(memoryUsed, { aggregate: "max" }),
});

export const redisRss = signal("redis-rss", "Resident", "bytes", {
  meaning: "Memory Redis holds from the system",
  value: level(memoryRss, { aggregate: "max" }),
});

export const redisMemoryShare = signal("redis-memory-share", "Memory used", "share", {
  meaning: "Share of maxmemory in use; at 1 keys are evicted or writes refused; none without a limit",
  value: ratio(level(memoryUsed, { aggregate: "max" }), level(memoryMax, { aggregate: "max" })),
});

export const redisCommands = signal("redis-commands", "Commands", "operations/s", {
  meaning: "Commands Redis processed per second",
  value: rate(processed),
});

export const redisCommandsByName = signal("redis-commands-by-name", "Commands", "operations/s", {
  meaning: "Commands per second, the ten most frequent",
  value: top(10, rate(commandCalls, { by: ["cmd"] })),
});

export const redisCommandTime = signal("redis-command-time", "Time in Redis", "share", {
  meaning: "Share of a second Redis spends on each command; the sum near 1 means its one core is full",
  value: top(10, per(rate(commandTime, { by: ["cmd"] }), { op: "constant", value: 1e6 })),
});

export const redisHitShare = signal("redis-hit-share", "Hits", "share", {
  meaning: "Share of look-ups that found their key",
  value: ratio(rate(hits), plus(rate(hits), rate(misses))),
});

export const redisClients = signal("redis-clients", "Clients", "count", {
  meaning: "Connected clients",
  value: level(clients),
});

export const redisBlocked = signal("redis-blocked", "Blocked", "count", {
  meaning: "Clients waiting in a blocking command",
  value: level(blocked),
});

export const redisEvictions = signal("redis-evictions", "Evicted keys", "operations/s", {
  meaning: "Keys thrown away per second for lack of memory",
  value: rate(evicted),
});

export const redisExpirations = signal("redis-expirations", "Expired keys", "operations/s", {
  meaning: "Keys that reached their time to live, per second",
  value: rate(expired),
});

export const redisRejections = signal("redis-rejections", "Rejected clients", "operations/s", {
  meaning: "Connections refused per second because maxclients was reached",
  value: rate(rejected),
});

export const redisKeys = signal("redis-keys", "Keys", "count", {
  meaning: "Keys stored, all databases together",
  value: orZero(level(keys)),
});

export const redisFragmentation = signal("redis-fragmentation", "Fragmentation", "count", {
  meaning: "Resident over used memory; far above 1.5 wastes memory, below 1 means swapping",
  value: level(fragmentation, { aggregate: "max" }),
});

export const redisNetworkIn = signal("redis-network-in", "In", "bytes/s", {
  meaning: "Bytes Redis received per second",
  value: rate(networkIn),
});

export const redisNetworkOut = signal("redis-network-out", "Out", "bytes/s", {
  meaning: "Bytes Redis sent per second",
  value: rate(networkOut),
});

export const redisUptime = signal("redis-uptime", "Uptime", "s", {
  meaning: "Time since Redis started; a fall to zero is a restart",
  value: level(uptime, { aggregate: "max" }),
});

/** Fullness where it is trouble: a store that evicts when full is meant to be full, and shows that by evicting. */
export const redisFull = signal("redis-full", "Memory used", "share", {
  meaning: "Share of maxmemory in use while no key was evicted for a day; at 1 writes are refused",
  value: unless(redisMemoryShare.value, increase(evicted, 86_400), 1),
});

import { level, orZero, per, plus, rate, ratio, top } from "../model/build.ts";
import type { Metric, MetricKind } from "../model/metric.ts";
import { signal } from "../model/signal.ts";

function metric(
  name: string,
  kind: MetricKind,
  unit: string,
  exporter: string,
  attributes: readonly string[] = [],
): Metric {
  return { name: `redis.${name}`, kind, unit, source: "receiver:redis", attributes, exporter: { name: exporter } };
}

export const clients = metric("clients.connected", "updown", "{client}", "redis_connected_clients");
export const blocked = metric("clients.blocked", "updown", "{client}", "redis_blocked_clients");
export const rejected = metric("connections.rejected", "counter", "{connection}", "redis_rejected_connections_total");
export const memoryUsed = metric("memory.used", "gauge", "By", "redis_memory_used_bytes");
export const memoryRss = metric("memory.rss", "gauge", "By", "redis_memory_used_rss_bytes");
export const memoryMax = metric("maxmemory", "gauge", "By", "redis_memory_max_bytes");
export const fragmentation = metric("memory.fragmentation_ratio", "gauge", "1", "redis_mem_fragmentation_ratio");
export const processed = metric("commands.processed", "counter", "{command}", "redis_commands_processed_total");
export const hits = metric("keyspace.hits", "counter", "{hit}", "redis_keyspace_hits_total");
export const misses = metric("keyspace.misses", "counter", "{miss}", "redis_keyspace_misses_total");
export const evicted = metric("keys.evicted", "counter", "{key}", "redis_evicted_keys_total");
export const expired = metric("keys.expired", "counter", "{event}", "redis_expired_keys_total");
export const keys = metric("db.keys", "gauge", "{key}", "redis_db_keys", ["db"]);
export const networkIn = metric("net.input", "counter", "By", "redis_net_input_bytes_total");
export const networkOut = metric("net.output", "counter", "By", "redis_net_output_bytes_total");
export const uptime = metric("uptime", "counter", "s", "redis_uptime_in_seconds");
export const commandCalls = metric("cmd.calls", "counter", "{call}", "redis_commands_total", ["cmd"]);
export const commandTime: Metric = {
  name: "redis.cmd.usec",
  kind: "counter",
  unit: "us",
  source: "receiver:redis",
  attributes: ["cmd"],
  exporter: { name: "redis_commands_duration_seconds_total", factor: 1e6 },
};

export const redisMemory = signal("redis-memory", {
  name: "Used",
  unit: "bytes",
  meaning: "Memory Redis uses for data",
  value: level(memoryUsed, { aggregate: "max" }),
});

export const redisRss = signal("redis-rss", {
  name: "Resident",
  unit: "bytes",
  meaning: "Memory Redis holds from the system",
  value: level(memoryRss, { aggregate: "max" }),
});

export const redisMemoryShare = signal("redis-memory-share", {
  name: "Memory used",
  unit: "share",
  meaning: "Share of maxmemory in use; at 1 keys are evicted or writes refused",
  value: per(level(memoryUsed, { aggregate: "max" }), level(memoryMax, { aggregate: "max" })),
});

export const redisCommands = signal("redis-commands", {
  name: "Commands",
  unit: "operations/s",
  meaning: "Commands Redis processed per second",
  value: rate(processed),
});

export const redisCommandsByName = signal("redis-commands-by-name", {
  name: "Commands",
  unit: "operations/s",
  meaning: "Commands per second, the ten most frequent",
  value: top(10, rate(commandCalls, { by: ["cmd"] })),
});

export const redisCommandTime = signal("redis-command-time", {
  name: "Time in Redis",
  unit: "share",
  meaning: "Share of a second Redis spends on each command; the sum near 1 means its one core is full",
  value: top(10, per(rate(commandTime, { by: ["cmd"] }), { op: "constant", value: 1e6 })),
});

export const redisHitShare = signal("redis-hit-share", {
  name: "Hits",
  unit: "share",
  meaning: "Share of look-ups that found their key",
  value: ratio(rate(hits), plus(rate(hits), rate(misses))),
});

export const redisClients = signal("redis-clients", {
  name: "Clients",
  unit: "count",
  meaning: "Connected clients",
  value: level(clients),
});

export const redisBlocked = signal("redis-blocked", {
  name: "Blocked",
  unit: "count",
  meaning: "Clients waiting in a blocking command",
  value: level(blocked),
});

export const redisEvictions = signal("redis-evictions", {
  name: "Evicted keys",
  unit: "operations/s",
  meaning: "Keys thrown away per second for lack of memory",
  value: rate(evicted),
});

export const redisExpirations = signal("redis-expirations", {
  name: "Expired keys",
  unit: "operations/s",
  meaning: "Keys that reached their time to live, per second",
  value: rate(expired),
});

export const redisRejections = signal("redis-rejections", {
  name: "Rejected clients",
  unit: "operations/s",
  meaning: "Connections refused per second because maxclients was reached",
  value: rate(rejected),
});

export const redisKeys = signal("redis-keys", {
  name: "Keys",
  unit: "count",
  meaning: "Keys stored, all databases together",
  value: orZero(level(keys)),
});

export const redisFragmentation = signal("redis-fragmentation", {
  name: "Fragmentation",
  unit: "count",
  meaning: "Resident over used memory; far above 1.5 wastes memory, below 1 means swapping",
  value: level(fragmentation, { aggregate: "max" }),
});

export const redisNetworkIn = signal("redis-network-in", {
  name: "In",
  unit: "bytes/s",
  meaning: "Bytes Redis received per second",
  value: rate(networkIn),
});

export const redisNetworkOut = signal("redis-network-out", {
  name: "Out",
  unit: "bytes/s",
  meaning: "Bytes Redis sent per second",
  value: rate(networkOut),
});

export const redisUptime = signal("redis-uptime", {
  name: "Uptime",
  unit: "s",
  meaning: "Time since Redis started; a fall to zero is a restart",
  value: level(uptime, { aggregate: "max" }),
});

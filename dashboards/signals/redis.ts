import { constant, increase, level, max, orZero, per, plus, rate, ratio, top, unless } from "../model/build.ts";
import type { Metric, MetricKind } from "../model/metric.ts";
import { signal } from "../model/signal.ts";

function metric(name: string, kind: MetricKind, unit: string, attributes: readonly string[] = []): Metric {
  return { name: `redis.${name}`, kind, unit, source: "receiver:redis", attributes };
}

const memoryUsed = metric("memory.used", "gauge", "By");
const memoryMax = metric("maxmemory", "gauge", "By");
const hits = metric("keyspace.hits", "counter", "{hit}");
const misses = metric("keyspace.misses", "counter", "{miss}");
const evicted = metric("keys.evicted", "counter", "{key}");
export const uptime = metric("uptime", "counter", "s");

export const redisSignals = {
  memory: signal("redis-memory", "Used", "bytes", {
    meaning: "Memory Redis uses for data",
    value: max(memoryUsed),
  }),
  rss: signal("redis-rss", "Resident", "bytes", {
    meaning: "Memory Redis holds from the system",
    value: max(metric("memory.rss", "gauge", "By")),
  }),
  memoryShare: signal("redis-memory-share", "Memory used", "share", {
    meaning: "Share of maxmemory in use; at 1 keys are evicted or writes refused; none without a limit",
    value: ratio(max(memoryUsed), max(memoryMax)),
  }),
  commands: signal("redis-commands", "Commands", "operations/s", {
    meaning: "Commands Redis processed per second",
    value: rate(metric("commands.processed", "counter", "{command}")),
  }),
  commandsByName: signal("redis-commands-by-name", "Commands", "operations/s", {
    meaning: "Commands per second, the ten most frequent",
    value: top(10, rate(metric("cmd.calls", "counter", "{call}", ["cmd"]), { by: ["cmd"] })),
  }),
  commandTime: signal("redis-command-time", "Time in Redis", "share", {
    meaning: "Share of a second Redis spends on each command; the sum near 1 means its one core is full",
    value: top(10, per(rate(metric("cmd.usec", "counter", "us", ["cmd"]), { by: ["cmd"] }), constant(1e6))),
  }),
  hitShare: signal("redis-hit-share", "Hits", "share", {
    meaning: "Share of look-ups that found their key",
    value: ratio(rate(hits), plus(rate(hits), rate(misses))),
  }),
  clients: signal("redis-clients", "Clients", "count", {
    meaning: "Connected clients",
    value: level(metric("clients.connected", "updown", "{client}")),
  }),
  blocked: signal("redis-blocked", "Blocked", "count", {
    meaning: "Clients waiting in a blocking command",
    value: level(metric("clients.blocked", "updown", "{client}")),
  }),
  evictions: signal("redis-evictions", "Evicted keys", "operations/s", {
    meaning: "Keys thrown away per second for lack of memory",
    value: rate(evicted),
  }),
  expirations: signal("redis-expirations", "Expired keys", "operations/s", {
    meaning: "Keys that reached their time to live, per second",
    value: rate(metric("keys.expired", "counter", "{event}")),
  }),
  rejections: signal("redis-rejections", "Rejected clients", "operations/s", {
    meaning: "Connections refused per second because maxclients was reached",
    value: rate(metric("connections.rejected", "counter", "{connection}")),
  }),
  keys: signal("redis-keys", "Keys", "count", {
    meaning: "Keys stored, all databases together",
    value: orZero(level(metric("db.keys", "gauge", "{key}", ["db"]))),
  }),
  fragmentation: signal("redis-fragmentation", "Fragmentation", "count", {
    meaning: "Resident over used memory; far above 1.5 wastes memory, below 1 means swapping",
    value: max(metric("memory.fragmentation_ratio", "gauge", "1")),
  }),
  networkIn: signal("redis-network-in", "In", "bytes/s", {
    meaning: "Bytes Redis received per second",
    value: rate(metric("net.input", "counter", "By")),
  }),
  networkOut: signal("redis-network-out", "Out", "bytes/s", {
    meaning: "Bytes Redis sent per second",
    value: rate(metric("net.output", "counter", "By")),
  }),
  uptime: signal("redis-uptime", "Uptime", "s", {
    meaning: "Time since Redis started; a fall to zero is a restart",
    value: max(uptime),
  }),
};

/** Fullness where it is trouble: a store that evicts when full is meant to be full, and shows that by evicting. */
export const redisFull = signal("redis-full", "Memory used", "share", {
  meaning: "Share of maxmemory in use while no key was evicted for a day; at 1 writes are refused",
  value: unless(redisSignals.memoryShare.value, increase(evicted, 86_400), 1),
});

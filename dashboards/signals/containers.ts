import { constant, increase, level, per, rate, series } from "../model/build.ts";
import type { Metric, MetricKind } from "../model/metric.ts";
import { signal } from "../model/signal.ts";

const NAME = ["container.name"];
const CADVISOR = { "container.name": "name" };

function metric(name: string, kind: MetricKind, unit: string, exporter: Metric["exporter"], attributes = NAME): Metric {
  const base = { name: `container.${name}`, kind, unit, source: "receiver:docker_stats", attributes } as const;
  return exporter === undefined ? base : { ...base, exporter };
}

export const cpuTime = metric("cpu.usage.total", "counter", "ns", {
  name: "container_cpu_usage_seconds_total",
  labels: CADVISOR,
  factor: 1e9,
});
export const memoryUsage = metric("memory.usage.total", "updown", "By", {
  name: "container_memory_usage_bytes",
  labels: CADVISOR,
});
export const memoryLimit = metric("memory.usage.limit", "updown", "By", {
  name: "container_spec_memory_limit_bytes",
  labels: CADVISOR,
});
export const networkIn = metric("network.io.usage.rx_bytes", "counter", "By", {
  name: "container_network_receive_bytes_total",
  labels: CADVISOR,
});
export const networkOut = metric("network.io.usage.tx_bytes", "counter", "By", {
  name: "container_network_transmit_bytes_total",
  labels: CADVISOR,
});
export const networkInDropped = metric("network.io.usage.rx_dropped", "counter", "{packets}", {
  name: "container_network_receive_packets_dropped_total",
  labels: CADVISOR,
});

export const containerCpu = signal("container-cpu", {
  name: "CPU",
  unit: "cores",
  meaning: "Processor cores each container keeps busy",
  value: per(rate(cpuTime, { by: NAME }), constant(1e9)),
});

export const containerMemory = signal("container-memory", {
  name: "Memory",
  unit: "bytes",
  meaning: "Memory each container uses, page cache included",
  value: level(memoryUsage, { by: NAME }),
});

export const containerMemoryShare = signal("container-memory-share", {
  name: "Memory of its limit",
  unit: "share",
  meaning: "Share of its memory limit each container uses; at 1 the kernel kills it",
  value: per(level(memoryUsage, { by: NAME }), level(memoryLimit, { by: NAME })),
});

export const containerNetworkIn = signal("container-network-in", {
  name: "In",
  unit: "bytes/s",
  meaning: "Bytes each container received per second",
  value: rate(networkIn, { by: NAME }),
});

export const containerNetworkOut = signal("container-network-out", {
  name: "Out",
  unit: "bytes/s",
  meaning: "Bytes each container sent per second",
  value: rate(networkOut, { by: NAME }),
});

export const containerDrops = signal("container-drops", {
  name: "Dropped packets",
  unit: "operations/s",
  meaning: "Packets dropped on the way into a container, per second",
  value: rate(networkInDropped, { by: NAME }),
});

export const containersRunning = signal("containers-running", {
  name: "Containers",
  unit: "count",
  meaning: "Containers that run",
  value: series(memoryUsage),
});

export const restarts = metric("restarts", "counter", "{restarts}", undefined);

export const containerRestarts = signal("container-restarts", {
  name: "Restarts",
  unit: "count",
  meaning: "How often each container was started again within a quarter of an hour",
  value: increase(restarts, 900, { by: NAME }),
  exporters: "sum by (name) (changes(container_start_time_seconds{scope}[900s]))",
});

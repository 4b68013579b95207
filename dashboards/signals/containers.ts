import { constant, increase, level, per, rate, series } from "../model/build.ts";
import type { Metric, MetricKind } from "../model/metric.ts";
import { signal } from "../model/signal.ts";

const NAME = ["container.name"];

function metric(name: string, kind: MetricKind, unit: string): Metric {
  return { name: `container.${name}`, kind, unit, source: "receiver:docker_stats", attributes: NAME };
}

export const cpuTime = metric("cpu.usage.total", "counter", "ns");
export const memoryUsage = metric("memory.usage.total", "updown", "By");
const memoryLimit = metric("memory.usage.limit", "updown", "By");
const restarts = metric("restarts", "counter", "{restarts}");

export const containerSignals = {
  cpu: signal("container-cpu", "CPU", "cores", {
    meaning: "Processor cores each container keeps busy",
    value: per(rate(cpuTime, { by: NAME }), constant(1e9)),
  }),
  memory: signal("container-memory", "Memory", "bytes", {
    meaning: "Memory each container uses, without the page cache that it can give back",
    value: level(memoryUsage, { by: NAME }),
  }),
  memoryShare: signal("container-memory-share", "Memory of its limit", "share", {
    meaning: "Share of its memory limit each container uses; at 1 the kernel kills it",
    value: per(level(memoryUsage, { by: NAME }), level(memoryLimit, { by: NAME })),
  }),
  networkIn: signal("container-network-in", "In", "bytes/s", {
    meaning: "Bytes each container received per second",
    value: rate(metric("network.io.usage.rx_bytes", "counter", "By"), { by: NAME }),
  }),
  networkOut: signal("container-network-out", "Out", "bytes/s", {
    meaning: "Bytes each container sent per second",
    value: rate(metric("network.io.usage.tx_bytes", "counter", "By"), { by: NAME }),
  }),
  drops: signal("container-drops", "Dropped packets", "operations/s", {
    meaning: "Packets dropped on the way into a container, per second",
    value: rate(metric("network.io.usage.rx_dropped", "counter", "{packets}"), { by: NAME }),
  }),
  running: signal("containers-running", "Containers", "count", {
    meaning: "Containers that run",
    value: series(memoryUsage),
  }),
  restarts: signal("container-restarts", "Restarts", "count", {
    meaning: "How often each container was started again within a quarter of an hour",
    value: increase(restarts, 900, { by: NAME }),
  }),
};

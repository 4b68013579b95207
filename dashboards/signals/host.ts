import { level, max, rate, series, times } from "../model/build.ts";
import type { Metric, MetricKind } from "../model/metric.ts";
import { signal } from "../model/signal.ts";

function metric(name: string, kind: MetricKind, unit: string, attributes: readonly string[]): Metric {
  return { name: `system.${name}`, kind, unit, source: "receiver:hostmetrics", attributes };
}

const cpuTime = metric("cpu.time", "counter", "s", ["cpu", "state"]);
const diskShare = metric("filesystem.utilization", "gauge", "1", ["device", "mountpoint", "type", "mode"]);
const networkErrors = metric("network.errors", "counter", "{errors}", ["device", "direction"]);

export const hostSignals = {
  cpu: signal("host-cpu", "Cores", "cores", {
    meaning: "Processor cores, by what they do; waiting for a disk is not work",
    value: rate(cpuTime, { where: { state: ["user", "system", "wait", "nice", "softirq", "steal"] }, by: ["state"] }),
  }),
  cpuBusy: signal("host-cpu-busy", "CPU busy", "cores", {
    meaning: "Processor cores busy on the machine",
    value: rate(cpuTime, { where: { state: ["user", "system", "nice", "softirq", "steal"] } }),
  }),
  cores: signal("host-cores", "Cores", "count", {
    meaning: "Processor cores the machine has",
    value: series(cpuTime, { where: { state: "idle" } }),
  }),
  load1: signal("host-load-1m", "Load, 1 minute", "count", {
    meaning: "Processes running or waiting, mean of one minute",
    value: max(metric("cpu.load_average.1m", "gauge", "{thread}", [])),
  }),
  load5: signal("host-load-5m", "Load, 5 minutes", "count", {
    meaning: "Processes running or waiting, mean of five minutes",
    value: max(metric("cpu.load_average.5m", "gauge", "{thread}", [])),
  }),
  memory: signal("host-memory", "Memory", "bytes", {
    meaning: "The machine's memory, by use",
    value: level(metric("memory.usage", "updown", "By", ["state"]), { by: ["state"] }),
  }),
  memoryShare: signal("host-memory-share", "Memory used", "share", {
    meaning: "Share of the machine's memory in use, caches not counted",
    value: max(metric("memory.utilization", "gauge", "1", ["state"]), { where: { state: "used" } }),
  }),
  diskShare: signal("host-disk-share", "Disk used", "share", {
    meaning: "Share of each file system in use, each device once however often it is mounted",
    value: max(diskShare, { by: ["device"] }),
  }),
  diskBytes: signal("host-disk-bytes", "Disk", "bytes/s", {
    meaning: "Bytes read and written per second, all disks; partitions and volumes on them are not counted again",
    value: rate(metric("disk.io", "counter", "By", ["device", "direction"]), { by: ["direction"] }),
  }),
  diskBusy: signal("host-disk-busy", "Disk busy", "share", {
    meaning: "Share of time each disk was busy",
    value: rate(metric("disk.io_time", "counter", "s", ["device"]), { by: ["device"] }),
  }),
  network: signal("host-network", "Network", "bytes/s", {
    meaning: "Bytes received and sent per second, all interfaces the collector sees",
    value: rate(metric("network.io", "counter", "By", ["device", "direction"]), { by: ["direction"] }),
  }),
  networkErrors: signal("host-network-errors", "Network errors", "per minute", {
    meaning: "Faulty packets per minute",
    value: times(rate(networkErrors, { by: ["direction"] }), 60),
  }),
  processes: signal("host-processes", "Processes", "count", {
    meaning: "Processes by state; many blocked ones wait for the disk",
    value: level(metric("processes.count", "updown", "{processes}", ["status"]), { by: ["status"] }),
  }),
};

import { level, rate, series, times } from "../model/build.ts";
import type { Metric, MetricKind } from "../model/metric.ts";
import { signal } from "../model/signal.ts";

function metric(name: string, kind: MetricKind, unit: string, attributes: readonly string[]): Metric {
  return { name: `system.${name}`, kind, unit, source: "receiver:hostmetrics", attributes };
}

export const cpuTime = metric("cpu.time", "counter", "s", ["cpu", "state"]);
export const load1 = metric("cpu.load_average.1m", "gauge", "{thread}", []);
export const load5 = metric("cpu.load_average.5m", "gauge", "{thread}", []);
export const memoryShare = metric("memory.utilization", "gauge", "1", ["state"]);
export const memoryUsage = metric("memory.usage", "updown", "By", ["state"]);
export const diskShare = metric("filesystem.utilization", "gauge", "1", ["device", "mountpoint", "type", "mode"]);
export const diskBytes = metric("disk.io", "counter", "By", ["device", "direction"]);
export const diskTime = metric("disk.io_time", "counter", "s", ["device"]);
export const networkBytes = metric("network.io", "counter", "By", ["device", "direction"]);
export const networkErrors = metric("network.errors", "counter", "{errors}", ["device", "direction"]);
export const processes = metric("processes.count", "updown", "{processes}", ["status"]);

export const hostCpu = signal("host-cpu", "Cores", "cores", {
  meaning: "Processor cores, by what they do; waiting for a disk is not work",
  value: rate(cpuTime, { where: { state: ["user", "system", "wait", "nice", "softirq", "steal"] }, by: ["state"] }),
});

export const hostCpuBusy = signal("host-cpu-busy", "CPU busy", "cores", {
  meaning: "Processor cores busy on the machine",
  value: rate(cpuTime, { where: { state: ["user", "system", "nice", "softirq", "steal"] } }),
});

export const hostCores = signal("host-cores", "Cores", "count", {
  meaning: "Processor cores the machine has",
  value: series(cpuTime, { where: { state: "idle" } }),
});

export const hostLoad1 = signal("host-load-1m", "Load, 1 minute", "count", {
  meaning: "Processes running or waiting, mean of one minute",
  value: level(load1, { aggregate: "max" }),
});

export const hostLoad5 = signal("host-load-5m", "Load, 5 minutes", "count", {
  meaning: "Processes running or waiting, mean of five minutes",
  value: level(load5, { aggregate: "max" }),
});

export const hostMemory = signal("host-memory", "Memory", "bytes", {
  meaning: "The machine's memory, by use",
  value: level(memoryUsage, { by: ["state"] }),
});

export const hostMemoryShare = signal("host-memory-share", "Memory used", "share", {
  meaning: "Share of the machine's memory in use, caches not counted",
  value: level(memoryShare, { where: { state: "used" }, aggregate: "max" }),
});

export const hostDiskShare = signal("host-disk-share", "Disk used", "share", {
  meaning: "Share of each file system in use, each device once however often it is mounted",
  value: level(diskShare, { aggregate: "max", by: ["device"] }),
});

export const hostDiskBytes = signal("host-disk-bytes", "Disk", "bytes/s", {
  meaning: "Bytes read and written per second, all disks; partitions and volumes on them are not counted again",
  value: rate(diskBytes, { by: ["direction"] }),
});

export const hostDiskBusy = signal("host-disk-busy", "Disk busy", "share", {
  meaning: "Share of time each disk was busy",
  value: rate(diskTime, { by: ["device"] }),
});

export const hostNetwork = signal("host-network", "Network", "bytes/s", {
  meaning: "Bytes received and sent per second, all interfaces the collector sees",
  value: rate(networkBytes, { by: ["direction"] }),
});

export const hostNetworkErrors = signal("host-network-errors", "Network errors", "per minute", {
  meaning: "Faulty packets per minute",
  value: times(rate(networkErrors, { by: ["direction"] }), 60),
});

export const hostProcesses = signal("host-processes", "Processes", "count", {
  meaning: "Processes by state; many blocked ones wait for the disk",
  value: level(processes, { by: ["status"] }),
});

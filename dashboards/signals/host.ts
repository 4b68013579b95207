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

export const hostCpu = signal(
  "host-cpu",
  "Cores",
  "cores",
  "Processor cores, by what they do; waiting for a disk is not work",
  rate(cpuTime, { where: { state: ["user", "system", "wait", "nice", "softirq", "steal"] }, by: ["state"] }),
);

export const hostCpuBusy = signal(
  "host-cpu-busy",
  "CPU busy",
  "cores",
  "Processor cores busy on the machine",
  rate(cpuTime, { where: { state: ["user", "system", "nice", "softirq", "steal"] } }),
);

export const hostCores = signal(
  "host-cores",
  "Cores",
  "count",
  "Processor cores the machine has",
  series(cpuTime, { where: { state: "idle" } }),
);

export const hostLoad1 = signal(
  "host-load-1m",
  "Load, 1 minute",
  "count",
  "Processes running or waiting, mean of one minute",
  level(load1, { aggregate: "max" }),
);

export const hostLoad5 = signal(
  "host-load-5m",
  "Load, 5 minutes",
  "count",
  "Processes running or waiting, mean of five minutes",
  level(load5, { aggregate: "max" }),
);

export const hostMemory = signal(
  "host-memory",
  "Memory",
  "bytes",
  "The machine's memory, by use",
  level(memoryUsage, { by: ["state"] }),
);

export const hostMemoryShare = signal(
  "host-memory-share",
  "Memory used",
  "share",
  "Share of the machine's memory in use, caches not counted",
  level(memoryShare, { where: { state: "used" }, aggregate: "max" }),
);

export const hostDiskShare = signal(
  "host-disk-share",
  "Disk used",
  "share",
  "Share of each file system in use, each device once however often it is mounted",
  level(diskShare, { aggregate: "max", by: ["device"] }),
);

export const hostDiskBytes = signal(
  "host-disk-bytes",
  "Disk",
  "bytes/s",
  "Bytes read and written per second, all disks; partitions and volumes on them are not counted again",
  rate(diskBytes, { by: ["direction"] }),
);

export const hostDiskBusy = signal(
  "host-disk-busy",
  "Disk busy",
  "share",
  "Share of time each disk was busy",
  rate(diskTime, { by: ["device"] }),
);

export const hostNetwork = signal(
  "host-network",
  "Network",
  "bytes/s",
  "Bytes received and sent per second, all interfaces the collector sees",
  rate(networkBytes, { by: ["direction"] }),
);

export const hostNetworkErrors = signal(
  "host-network-errors",
  "Network errors",
  "per minute",
  "Faulty packets per minute",
  times(rate(networkErrors, { by: ["direction"] }), 60),
);

export const hostProcesses = signal(
  "host-processes",
  "Processes",
  "count",
  "Processes by state; many blocked ones wait for the disk",
  level(processes, { by: ["status"] }),
);

import { level, rate, series, times } from "../model/build.ts";
import type { Metric, MetricKind } from "../model/metric.ts";
import { signal } from "../model/signal.ts";

function metric(
  name: string,
  kind: MetricKind,
  unit: string,
  attributes: readonly string[],
  exporter?: Metric["exporter"],
): Metric {
  const base = { name: `system.${name}`, kind, unit, source: "receiver:hostmetrics", attributes } as const;
  return exporter === undefined ? base : { ...base, exporter };
}

export const cpuTime = metric("cpu.time", "counter", "s", ["cpu", "state"], {
  name: "node_cpu_seconds_total",
  labels: { state: "mode" },
});
export const load1 = metric("cpu.load_average.1m", "gauge", "{thread}", [], { name: "node_load1" });
export const load5 = metric("cpu.load_average.5m", "gauge", "{thread}", [], { name: "node_load5" });
export const memoryShare = metric("memory.utilization", "gauge", "1", ["state"]);
export const memoryUsage = metric("memory.usage", "updown", "By", ["state"]);
export const diskShare = metric("filesystem.utilization", "gauge", "1", ["device", "mountpoint", "type", "mode"]);
export const diskBytes = metric("disk.io", "counter", "By", ["device", "direction"]);
export const diskTime = metric("disk.io_time", "counter", "s", ["device"], { name: "node_disk_io_time_seconds_total" });
export const networkBytes = metric("network.io", "counter", "By", ["device", "direction"]);
export const networkErrors = metric("network.errors", "counter", "{errors}", ["device", "direction"]);
export const processes = metric("processes.count", "updown", "{processes}", ["status"]);

export const hostCpu = signal("host-cpu", {
  name: "Busy cores",
  unit: "cores",
  meaning: "Processor cores busy, by what they do",
  value: rate(cpuTime, { where: { state: ["user", "system", "wait", "nice", "softirq", "steal"] }, by: ["state"] }),
});

export const hostCpuBusy = signal("host-cpu-busy", {
  name: "CPU busy",
  unit: "cores",
  meaning: "Processor cores busy on the machine",
  value: rate(cpuTime, { where: { state: ["user", "system", "wait", "nice", "softirq", "steal"] } }),
});

export const hostCores = signal("host-cores", {
  name: "Cores",
  unit: "count",
  meaning: "Processor cores the machine has",
  value: series(cpuTime, { where: { state: "idle" } }),
});

export const hostLoad1 = signal("host-load-1m", {
  name: "Load, 1 minute",
  unit: "count",
  meaning: "Processes running or waiting, mean of one minute",
  value: level(load1, { aggregate: "max" }),
});

export const hostLoad5 = signal("host-load-5m", {
  name: "Load, 5 minutes",
  unit: "count",
  meaning: "Processes running or waiting, mean of five minutes",
  value: level(load5, { aggregate: "max" }),
});

export const hostMemory = signal("host-memory", {
  name: "Memory",
  unit: "bytes",
  meaning: "The machine's memory, by use",
  value: level(memoryUsage, { by: ["state"] }),
  exporters:
    'label_replace(node_memory_MemTotal_bytes{scope} - node_memory_MemAvailable_bytes{scope}, "state", "used", "", "") or label_replace(node_memory_MemAvailable_bytes{scope}, "state", "available", "", "")',
});

export const hostMemoryShare = signal("host-memory-share", {
  name: "Memory used",
  unit: "share",
  meaning: "Share of the machine's memory in use, caches not counted",
  value: level(memoryShare, { where: { state: "used" }, aggregate: "max" }),
  exporters: "max(1 - node_memory_MemAvailable_bytes{scope} / node_memory_MemTotal_bytes{scope})",
});

export const hostDiskShare = signal("host-disk-share", {
  name: "Disk used",
  unit: "share",
  meaning: "Share of each file system in use",
  value: level(diskShare, { aggregate: "max", by: ["mountpoint"] }),
  exporters: "max by (mountpoint) (1 - node_filesystem_avail_bytes{scope} / node_filesystem_size_bytes{scope})",
});

export const hostDiskBytes = signal("host-disk-bytes", {
  name: "Disk",
  unit: "bytes/s",
  meaning: "Bytes read and written per second, all disks",
  value: rate(diskBytes, { by: ["direction"] }),
  exporters:
    'label_replace(sum(rate(node_disk_read_bytes_total{scope}[{window}])), "direction", "read", "", "") or label_replace(sum(rate(node_disk_written_bytes_total{scope}[{window}])), "direction", "write", "", "")',
});

export const hostDiskBusy = signal("host-disk-busy", {
  name: "Disk busy",
  unit: "share",
  meaning: "Share of time each disk was busy",
  value: rate(diskTime, { by: ["device"] }),
});

export const hostNetwork = signal("host-network", {
  name: "Network",
  unit: "bytes/s",
  meaning: "Bytes received and sent per second, all interfaces the collector sees",
  value: rate(networkBytes, { by: ["direction"] }),
  exporters:
    'label_replace(sum(rate(node_network_receive_bytes_total{scope}[{window}])), "direction", "receive", "", "") or label_replace(sum(rate(node_network_transmit_bytes_total{scope}[{window}])), "direction", "transmit", "", "")',
});

export const hostNetworkErrors = signal("host-network-errors", {
  name: "Network errors",
  unit: "per minute",
  meaning: "Faulty packets per minute",
  value: times(rate(networkErrors, { by: ["direction"] }), 60),
  exporters:
    'label_replace(sum(rate(node_network_receive_errs_total{scope}[{window}])) * 60, "direction", "receive", "", "") or label_replace(sum(rate(node_network_transmit_errs_total{scope}[{window}])) * 60, "direction", "transmit", "", "")',
});

export const hostProcesses = signal("host-processes", {
  name: "Processes",
  unit: "count",
  meaning: "Processes by state; many blocked ones wait for the disk",
  value: level(processes, { by: ["status"] }),
  exporters:
    'label_replace(node_procs_running{scope}, "status", "running", "", "") or label_replace(node_procs_blocked{scope}, "status", "blocked", "", "")',
});

import type { Board } from "../model/board.ts";
import * as box from "../signals/containers.ts";
import * as host from "../signals/host.ts";
import { NONE_EXPECTED, SHARE_FULL } from "./thresholds.ts";

export const machine: Board = {
  id: "machine",
  title: "Containers and host",
  question: "Is the machine or one container out of CPU, memory, disk or network?",
  rows: [
    {
      title: "Now",
      height: 5,
      panels: [
        { kind: "stat", title: "Containers", note: "Running.", width: 6, signals: [box.containersRunning] },
        {
          kind: "stat",
          title: "CPU busy",
          note: "Cores, of those the machine has.",
          width: 6,
          signals: [host.hostCpuBusy, host.hostCores],
        },
        {
          kind: "stat",
          title: "Memory used",
          note: "Of the machine.",
          width: 6,
          signals: [host.hostMemoryShare],
          thresholds: SHARE_FULL,
        },
        {
          kind: "stat",
          title: "Load",
          note: "Above the number of cores work waits.",
          width: 6,
          signals: [host.hostLoad1, host.hostLoad5],
        },
      ],
    },
    {
      title: "Containers",
      height: 9,
      panels: [
        { kind: "lines", title: "CPU by container", note: "Cores kept busy.", width: 8, signals: [box.containerCpu] },
        {
          kind: "lines",
          title: "Memory by container",
          note: "Page cache included.",
          width: 8,
          signals: [box.containerMemory],
        },
        {
          kind: "bars",
          title: "Memory of the limit",
          note: "At 100 % the kernel kills it.",
          width: 8,
          signals: [box.containerMemoryShare],
          thresholds: SHARE_FULL,
        },
      ],
    },
    {
      title: "Network of containers",
      height: 8,
      panels: [
        { kind: "lines", title: "Received", note: "Bytes per second.", width: 8, signals: [box.containerNetworkIn] },
        { kind: "lines", title: "Sent", note: "Bytes per second.", width: 8, signals: [box.containerNetworkOut] },
        {
          kind: "lines",
          title: "Dropped packets",
          note: "Should be zero.",
          width: 8,
          signals: [box.containerDrops],
          thresholds: NONE_EXPECTED,
        },
      ],
    },
    {
      title: "Host",
      height: 8,
      panels: [
        {
          kind: "stacked",
          title: "CPU by use",
          note: "Much 'wait' means the disk is slow.",
          width: 8,
          signals: [host.hostCpu],
        },
        {
          kind: "stacked",
          title: "Memory by use",
          note: "Cached and free are available.",
          width: 8,
          signals: [host.hostMemory],
        },
        {
          kind: "bars",
          title: "Disk used",
          note: "By file system.",
          width: 8,
          signals: [host.hostDiskShare],
          thresholds: SHARE_FULL,
        },
      ],
    },
    {
      title: "Disk and network of the host",
      height: 8,
      panels: [
        {
          kind: "lines",
          title: "Disk traffic",
          note: "Read and written per second.",
          width: 6,
          signals: [host.hostDiskBytes],
        },
        {
          kind: "lines",
          title: "Disk busy",
          note: "Share of time, by disk.",
          width: 6,
          signals: [host.hostDiskBusy],
          thresholds: SHARE_FULL,
        },
        { kind: "lines", title: "Network traffic", note: "Bytes per second.", width: 6, signals: [host.hostNetwork] },
        {
          kind: "lines",
          title: "Network errors",
          note: "Per minute.",
          width: 6,
          signals: [host.hostNetworkErrors],
          thresholds: NONE_EXPECTED,
        },
      ],
    },
    {
      title: "Processes",
      height: 7,
      panels: [
        {
          kind: "lines",
          title: "Processes",
          note: "By state; many blocked ones wait for the disk.",
          width: 24,
          signals: [host.hostProcesses],
        },
      ],
    },
  ],
};

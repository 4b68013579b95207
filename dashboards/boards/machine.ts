import { bars, board, lines, stacked, stat } from "../model/board.ts";
import { NONE_EXPECTED, SHARE_FULL } from "../model/thresholds.ts";
import * as box from "../signals/containers.ts";
import * as host from "../signals/host.ts";

export const machine = board(
  "machine",
  "Containers and host",
  "Is the machine or one container out of CPU, memory, disk or network?",
  [
    [
      "Now",
      stat("Containers", "Running.", box.containersRunning),
      stat("CPU busy", "Cores, of those the machine has.", [host.hostCpuBusy, host.hostCores]),
      stat("Memory used", "Of the machine.", host.hostMemoryShare, SHARE_FULL),
      stat("Load", "Above the number of cores work waits.", [host.hostLoad1, host.hostLoad5]),
    ],
    [
      "Containers",
      lines("CPU by container", "Cores kept busy.", box.containerCpu),
      lines("Memory by container", "Without reclaimable page cache.", box.containerMemory),
      bars("Memory of the limit", "At 100 % the kernel kills it.", box.containerMemoryShare, SHARE_FULL),
    ],
    [
      "Network of containers",
      lines("Received", "Bytes per second.", box.containerNetworkIn),
      lines("Sent", "Bytes per second.", box.containerNetworkOut),
      lines("Dropped packets", "Should be zero.", box.containerDrops, NONE_EXPECTED),
    ],
    [
      "Host",
      stacked("CPU by use", "Much 'wait' means the disk is slow.", host.hostCpu),
      stacked("Memory by use", "Cached and free are available.", host.hostMemory),
      bars("Disk used", "By device.", host.hostDiskShare, SHARE_FULL),
    ],
    [
      "Disk and network of the host",
      lines("Disk traffic", "Read and written per second.", host.hostDiskBytes),
      lines("Disk busy", "Share of time, by disk.", host.hostDiskBusy, SHARE_FULL),
      lines("Network traffic", "Bytes per second.", host.hostNetwork),
      lines("Network errors", "Per minute.", host.hostNetworkErrors, NONE_EXPECTED),
    ],
    ["Processes", lines("Processes", "By state; many blocked ones wait for the disk.", host.hostProcesses)],
  ],
);

import { bars, board, lines, stacked, stat } from "../model/board.ts";
import { NONE_EXPECTED, SHARE_FULL } from "../model/thresholds.ts";
import { containerSignals as box } from "../signals/containers.ts";
import { hostSignals as host } from "../signals/host.ts";

export const machine = board(
  "machine",
  "Containers and host",
  "Is the machine or one container out of CPU, memory, disk or network?",
  [
    [
      "Now",
      stat("Containers", "Running.", box.running),
      stat("CPU busy", "Cores, of those the machine has.", [host.cpuBusy, host.cores]),
      stat("Memory used", "Of the machine.", host.memoryShare, SHARE_FULL),
      stat("Load", "Above the number of cores work waits.", [host.load1, host.load5]),
    ],
    [
      "Containers",
      lines("CPU by container", "Cores kept busy.", box.cpu),
      lines("Memory by container", "Without reclaimable page cache.", box.memory),
      bars("Memory of the limit", "At 100 % the kernel kills it.", box.memoryShare, SHARE_FULL),
    ],
    [
      "Network of containers",
      lines("Received", "Bytes per second.", box.networkIn),
      lines("Sent", "Bytes per second.", box.networkOut),
      lines("Dropped packets", "Should be zero.", box.drops, NONE_EXPECTED),
    ],
    [
      "Host",
      stacked("CPU by use", "Much 'wait' means the disk is slow.", host.cpu),
      stacked("Memory by use", "Cached and free are available.", host.memory),
      bars("Disk used", "By device.", host.diskShare, SHARE_FULL),
    ],
    [
      "Disk and network of the host",
      lines("Disk traffic", "Read and written per second.", host.diskBytes),
      lines("Disk busy", "Share of time, by disk.", host.diskBusy, SHARE_FULL),
      lines("Network traffic", "Bytes per second.", host.network),
      lines("Network errors", "Per minute.", host.networkErrors, NONE_EXPECTED),
    ],
    ["Processes", lines("Processes", "By state; many blocked ones wait for the disk.", host.processes)],
  ],
);

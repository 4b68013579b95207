import { above, alertsOn, NO_DATA } from "../model/alert.ts";
import { containerMemoryShare, containerRestarts } from "../signals/containers.ts";
import { hostDiskShare, hostMemoryShare } from "../signals/host.ts";

const machine = alertsOn({ noData: NO_DATA.unread, board: "machine" });

export const machineAlerts = [
  machine(
    "container-memory",
    "page",
    "A container is about to be killed for its memory",
    above(containerMemoryShare, 0.95, 300),
  ),
  // more than one: an increase is extrapolated, so a single restart reads as 1.02
  machine("container-restarts", "page", "A container keeps restarting", above(containerRestarts, 1.5, 60)),
  machine("disk-full", "page", "A disk is nearly full", above(hostDiskShare, 0.9, 600)),
  machine("host-memory", "ticket", "The machine is short of memory", above(hostMemoryShare, 0.92, 600)),
];

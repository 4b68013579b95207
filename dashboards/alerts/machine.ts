import { above, alertsOn, NO_DATA } from "../model/alert.ts";
import { containerSignals as box } from "../signals/containers.ts";
import { hostSignals as host } from "../signals/host.ts";

const machine = alertsOn({ noData: NO_DATA.unread, board: "machine" });

export const machineAlerts = [
  machine(
    "container-memory",
    "page",
    "A container is about to be killed for its memory",
    above(box.memoryShare, 0.95, 300),
  ),
  // more than one: an increase is extrapolated, so a single restart reads as 1.02
  machine("container-restarts", "page", "A container keeps restarting", above(box.restarts, 1.5, 60)),
  machine("disk-full", "page", "A disk is nearly full", above(host.diskShare, 0.9, 600)),
  machine("host-memory", "ticket", "The machine is short of memory", above(host.memoryShare, 0.92, 600)),
];

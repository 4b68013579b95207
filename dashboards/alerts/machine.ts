import { above, alert, NO_DATA } from "../model/alert.ts";
import { containerMemoryShare, containerRestarts } from "../signals/containers.ts";
import { hostDiskShare, hostMemoryShare } from "../signals/host.ts";

export const machineAlerts = [
  alert("container-memory", {
    title: "A container is about to be killed for its memory",
    when: above(containerMemoryShare, 0.95, 300),
    severity: "page",
    noData: NO_DATA.unread,
    board: "machine",
  }),
  alert("container-restarts", {
    title: "A container keeps restarting",
    // more than one: an increase is extrapolated, so a single restart reads as 1.02
    when: above(containerRestarts, 1.5, 60),
    severity: "page",
    noData: NO_DATA.unread,
    board: "machine",
  }),
  alert("disk-full", {
    title: "A disk is nearly full",
    when: above(hostDiskShare, 0.9, 600),
    severity: "page",
    noData: NO_DATA.unread,
    board: "machine",
  }),
  alert("host-memory", {
    title: "The machine is short of memory",
    when: above(hostMemoryShare, 0.92, 600),
    severity: "ticket",
    noData: NO_DATA.unread,
    board: "machine",
  }),
];

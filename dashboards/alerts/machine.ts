import { above, alert, NO_DATA } from "../model/alert.ts";
import { containerMemoryShare, containerRestarts } from "../signals/containers.ts";
import { hostDiskShare, hostMemoryShare } from "../signals/host.ts";

const machine = { noData: NO_DATA.unread, board: "machine" } as const;

export const machineAlerts = [
  alert("container-memory", "page", {
    title: "A container is about to be killed for its memory",
    when: above(containerMemoryShare, 0.95, 300),
    ...machine,
  }),
  alert("container-restarts", "page", {
    title: "A container keeps restarting",
    // more than one: an increase is extrapolated, so a single restart reads as 1.02
    when: above(containerRestarts, 1.5, 60),
    ...machine,
  }),
  alert("disk-full", "page", {
    title: "A disk is nearly full",
    when: above(hostDiskShare, 0.9, 600),
    ...machine,
  }),
  alert("host-memory", "ticket", {
    title: "The machine is short of memory",
    when: above(hostMemoryShare, 0.92, 600),
    ...machine,
  }),
];

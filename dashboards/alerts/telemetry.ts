import { above, alert, NO_DATA } from "../model/alert.ts";
import { absent, constant } from "../model/build.ts";
import { signal } from "../model/signal.ts";
import {
  lostRate,
  queueShare,
  refusedRate,
  scrapeErrorRate,
  sendFailures,
  tracesDroppedEarly,
  uptime,
} from "../signals/collector.ts";

/** Judged sooner than everything that is absent without a collector, which its alert then stands for. */
const collectorGone = signal("collector-gone", "The collector is silent", "state", {
  meaning: "1 when the collector sent nothing about itself for two minutes",
  value: absent(uptime, 120),
});

const always = signal("heartbeat", "Alerting works", "state", {
  meaning: "Always 1: who stops receiving this alert knows that alerting is down",
  value: constant(1),
});

const collector = { noData: NO_DATA.unread, board: "collector" } as const;

export const telemetryAlerts = [
  alert("collector-silent", "page", {
    title: "The collector sends nothing",
    when: above(collectorGone, 0, 60),
    noData: NO_DATA.absence,
    board: "collector",
  }),
  alert("collector-queue", "page", {
    title: "A backend's queue is more than 80 % full",
    when: above(queueShare, 0.8, 300),
    ...collector,
  }),
  alert("collector-lost", "page", {
    title: "Telemetry is being lost",
    when: above(lostRate, 0, 60),
    ...collector,
  }),
  alert("collector-refused", "ticket", {
    title: "The collector turns telemetry away",
    when: above(refusedRate, 0, 300),
    ...collector,
  }),
  alert("collector-send-failures", "page", {
    title: "A backend rejects our telemetry",
    when: above(sendFailures, 0, 300),
    ...collector,
  }),
  alert("collector-scrape-errors", "ticket", {
    title: "Something observed cannot be read",
    when: above(scrapeErrorRate, 0, 600),
    ...collector,
  }),
  alert("sampling-too-small", "ticket", {
    title: "Traces leave the sampling window before they are complete",
    when: above(tracesDroppedEarly, 0, 600),
    ...collector,
  }),
  alert("heartbeat", "heartbeat", {
    title: "Dead-man's switch: always firing",
    when: above(always, 0, 0),
    noData: { is: "alarm", because: "a heartbeat without a value is alerting that has stopped" },
    board: "collector",
  }),
];

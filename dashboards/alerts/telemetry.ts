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

const collectorGone = signal("collector-gone", "The collector is silent", "state", {
  meaning: "1 when the collector sent nothing about itself for five minutes",
  value: absent(uptime, 300),
});

const always = signal("heartbeat", "Alerting works", "state", {
  meaning: "Always 1: who stops receiving this alert knows that alerting is down",
  value: constant(1),
});

export const telemetryAlerts = [
  alert("collector-silent", {
    title: "The collector sends nothing",
    when: above(collectorGone, 0, 60),
    severity: "page",
    noData: NO_DATA.absence,
    board: "collector",
  }),
  alert("collector-queue", {
    title: "A backend's queue is more than 80 % full",
    when: above(queueShare, 0.8, 300),
    severity: "page",
    noData: NO_DATA.unread,
    board: "collector",
  }),
  alert("collector-lost", {
    title: "Telemetry is being lost",
    when: above(lostRate, 0, 60),
    severity: "page",
    noData: NO_DATA.unread,
    board: "collector",
  }),
  alert("collector-refused", {
    title: "The collector turns telemetry away",
    when: above(refusedRate, 0, 300),
    severity: "ticket",
    noData: NO_DATA.unread,
    board: "collector",
  }),
  alert("collector-send-failures", {
    title: "A backend rejects our telemetry",
    when: above(sendFailures, 0, 300),
    severity: "page",
    noData: NO_DATA.unread,
    board: "collector",
  }),
  alert("collector-scrape-errors", {
    title: "Something observed cannot be read",
    when: above(scrapeErrorRate, 0, 600),
    severity: "ticket",
    noData: NO_DATA.unread,
    board: "collector",
  }),
  alert("sampling-too-small", {
    title: "Traces leave the sampling window before they are complete",
    when: above(tracesDroppedEarly, 0, 600),
    severity: "ticket",
    noData: NO_DATA.unread,
    board: "collector",
  }),
  alert("heartbeat", {
    title: "Dead-man's switch: always firing",
    when: above(always, 0, 0),
    severity: "heartbeat",
    noData: { is: "alarm", because: "a heartbeat without a value is alerting that has stopped" },
    board: "collector",
  }),
];

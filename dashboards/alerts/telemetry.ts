import { above, alert } from "../model/alert.ts";
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

const collectorGone = signal("collector-gone", {
  name: "The collector is silent",
  unit: "state",
  meaning: "1 when the collector told nothing of itself for five minutes",
  value: absent(uptime, 300),
});

const always = signal("heartbeat", {
  name: "Alerting works",
  unit: "state",
  meaning: "Always 1: whoever receives this alert no longer knows that alerting has died",
  value: constant(1),
});

export const telemetryAlerts = [
  alert("collector-silent", {
    title: "The collector sends nothing",
    when: above(collectorGone, 0, 60),
    severity: "page",
    board: "collector",
  }),
  alert("collector-queue", {
    title: "A backend's queue is more than 80 % full",
    when: above(queueShare, 0.8, 300),
    severity: "page",
    board: "collector",
  }),
  alert("collector-lost", {
    title: "Telemetry is being lost",
    when: above(lostRate, 0, 60),
    severity: "page",
    board: "collector",
  }),
  alert("collector-refused", {
    title: "The collector turns telemetry away",
    when: above(refusedRate, 0, 300),
    severity: "ticket",
    board: "collector",
  }),
  alert("collector-send-failures", {
    title: "A backend rejects our telemetry",
    when: above(sendFailures, 0, 300),
    severity: "page",
    board: "collector",
  }),
  alert("collector-scrape-errors", {
    title: "Something observed cannot be read",
    when: above(scrapeErrorRate, 0, 600),
    severity: "ticket",
    board: "collector",
  }),
  alert("sampling-too-small", {
    title: "Traces leave the sampling window before they are complete",
    when: above(tracesDroppedEarly, 0, 600),
    severity: "ticket",
    board: "collector",
    optional: true,
  }),
  alert("heartbeat", {
    title: "Dead-man's switch: always firing",
    when: above(always, 0, 0),
    severity: "heartbeat",
    noData: "alarm",
    board: "collector",
  }),
];

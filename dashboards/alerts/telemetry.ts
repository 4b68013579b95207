import type { Facts } from "../facts.ts";
import { type Alert, above, alert, alertsOn, NO_DATA } from "../model/alert.ts";
import { absent, constant } from "../model/build.ts";
import { type Signal, signal } from "../model/signal.ts";
import { collectorSignals as own, ratesOfExpected, uptime } from "../signals/collector.ts";

/** Judged sooner than everything that is absent without a collector, which its alert then stands for. Three points must be missing. */
const collectorGone = (metricsInterval: number): Signal => {
  const seconds = Math.max(120, 3 * metricsInterval);
  return signal("collector-gone", "The collector is silent", "state", {
    meaning: `1 when the collector sent nothing about itself for ${seconds === 120 ? "two minutes" : `${seconds} seconds`}`,
    value: absent(uptime, seconds),
  });
};

const always = signal("heartbeat", "Alerting works", "state", {
  meaning: "Always 1: who stops receiving this alert knows that alerting is down",
  value: constant(1),
});

const collector = alertsOn({ noData: NO_DATA.unread, board: "collector" });

/** The rates for which the queues are sized, held against the real ones: where they are exceeded, an outage budget is shorter than it says. */
export function expectedAlerts({ expected }: Pick<Facts, "expected">): readonly Alert[] {
  const { spans, points, records } = ratesOfExpected(expected);
  const rate = (id: string, title: string, share: Signal): Alert =>
    alert(id, "ticket", {
      title,
      when: above(share, 1, 1800),
      noData: NO_DATA.unread,
      board: "collector",
      runbook: "more-than-expected",
    });
  return [
    rate("expected-spans", "More spans than expected.spans", spans),
    rate("expected-points", "More metric points than expected.points", points),
    rate("expected-records", "More log records than expected.records", records),
  ];
}

export const telemetryAlerts = ({ metricsInterval = 15 }: Pick<Facts, "metricsInterval">): readonly Alert[] => [
  alert("collector-silent", "page", {
    title: "The collector sends nothing",
    when: above(collectorGone(metricsInterval), 0, 60),
    noData: NO_DATA.absence,
    board: "collector",
  }),
  collector("collector-queue", "page", "A backend's queue is more than 80 % full", above(own.queueShare, 0.8, 300)),
  collector("collector-lost", "page", "Telemetry is being lost", above(own.lostRate, 0, 60)),
  collector("collector-unaccounted", "page", "Telemetry disappears uncounted", above(own.unaccountedRate, 0, 60)),
  collector("collector-refused", "ticket", "The collector turns telemetry away", above(own.refusedRate, 0, 300)),
  collector("collector-send-failures", "page", "A backend rejects our telemetry", above(own.sendFailures, 0, 300)),
  collector("clock-wrong", "ticket", "A service's clock is wrong", above(own.wrongClocks, 0, 120)),
  collector(
    "collector-scrape-errors",
    "ticket",
    "Something observed cannot be read",
    above(own.scrapeErrorRate, 0, 600),
  ),
  collector(
    "sampling-too-small",
    "ticket",
    "Traces leave the sampling window before they are complete",
    above(own.tracesDroppedEarly, 0, 600),
  ),
  collector("sampling-ceiling", "ticket", "More spans than sampling.ceiling", above(own.overCeiling, 0, 600)),
  collector(
    "series-limit",
    "ticket",
    "A metric has more series than limits.series",
    above(own.overSeriesLimit, 0, 600),
  ),
  alert("heartbeat", "heartbeat", {
    title: "Dead-man's switch: always firing",
    when: above(always, 0, 0),
    noData: { is: "alarm", because: "a heartbeat without a value is alerting that has stopped" },
    board: "collector",
  }),
];

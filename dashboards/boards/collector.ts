import type { Board } from "../model/board.ts";
import * as own from "../signals/collector.ts";
import { instances } from "../signals/spans.ts";
import { NONE_EXPECTED, SHARE_FULL } from "./thresholds.ts";

export const collector: Board = {
  id: "collector",
  title: "Collector and cost",
  question: "Does telemetry arrive, is anything lost, and what does it cost?",
  rows: [
    {
      title: "Now",
      height: 5,
      panels: [
        {
          kind: "stat",
          title: "Lost",
          note: "Per second; this is gone for good.",
          width: 4,
          signals: [own.lostRate],
          thresholds: NONE_EXPECTED,
        },
        {
          kind: "stat",
          title: "Refused",
          note: "Per second; senders try again.",
          width: 4,
          signals: [own.refusedRate],
          thresholds: NONE_EXPECTED,
        },
        {
          kind: "stat",
          title: "Rejected by a backend",
          note: "Per second; wrong key, quota or shape.",
          width: 4,
          signals: [own.sendFailures],
          thresholds: NONE_EXPECTED,
        },
        {
          kind: "stat",
          title: "Queue filled",
          note: "At 100 % telemetry is lost.",
          width: 4,
          signals: [own.queueShare],
          thresholds: SHARE_FULL,
        },
        {
          kind: "stat",
          title: "Uptime",
          note: "Small: it has just restarted.",
          width: 4,
          signals: [own.collectorUptime],
          thresholds: { direction: "below", warn: 300, bad: 60 },
        },
        {
          kind: "stat",
          title: "Volume a month",
          note: "Estimated at the present rate.",
          width: 4,
          signals: [own.monthlyBytes],
        },
      ],
    },
    {
      title: "In",
      height: 8,
      panels: [
        {
          kind: "lines",
          title: "Taken in",
          note: "Spans, metric points and log records per second.",
          width: 8,
          signals: [own.acceptedSpanRate, own.acceptedPointRate, own.acceptedRecordRate],
        },
        { kind: "bars", title: "Who reports", note: "Instances by service.", width: 8, signals: [instances] },
        {
          kind: "lines",
          title: "Scrape errors",
          note: "Databases, containers or host that could not be read.",
          width: 8,
          signals: [own.scrapeErrorRate],
          thresholds: NONE_EXPECTED,
        },
      ],
    },
    {
      title: "Out",
      height: 8,
      panels: [
        { kind: "lines", title: "Spans delivered", note: "By backend.", width: 6, signals: [own.sentSpanRate] },
        {
          kind: "lines",
          title: "Metric points delivered",
          note: "By backend.",
          width: 6,
          signals: [own.sentPointRate],
        },
        { kind: "lines", title: "Log records delivered", note: "By backend.", width: 6, signals: [own.sentRecordRate] },
        {
          kind: "lines",
          title: "Waiting in the queue",
          note: "By backend; grows while it is away.",
          width: 6,
          signals: [own.queueItems],
        },
      ],
    },
    {
      title: "Itself",
      height: 8,
      panels: [
        { kind: "lines", title: "CPU", note: "Cores kept busy.", width: 8, signals: [own.collectorCpu] },
        {
          kind: "lines",
          title: "Resident memory",
          note: "At its limit it refuses data.",
          width: 8,
          signals: [own.collectorMemory],
        },
        {
          kind: "lines",
          title: "Queue filled over time",
          note: "Share, by backend.",
          width: 8,
          signals: [own.queueShare],
          thresholds: SHARE_FULL,
        },
      ],
    },
    {
      title: "Tail sampling (where it is on)",
      height: 7,
      panels: [
        {
          kind: "stacked",
          title: "Traces kept and dropped",
          note: "By decision.",
          width: 8,
          signals: [own.samplingDecisions],
          optional: true,
        },
        {
          kind: "lines",
          title: "Traces held",
          note: "Lost if the collector is killed now.",
          width: 8,
          signals: [own.tracesHeld],
          optional: true,
        },
        {
          kind: "lines",
          title: "Decided too early",
          note: "The sampling window is too small.",
          width: 8,
          signals: [own.tracesDroppedEarly],
          thresholds: NONE_EXPECTED,
          optional: true,
        },
      ],
    },
    {
      title: "Cost",
      height: 6,
      panels: [
        { kind: "stat", title: "Spans a month", note: "At the present rate.", width: 6, signals: [own.monthlySpans] },
        {
          kind: "stat",
          title: "Log records a month",
          note: "At the present rate.",
          width: 6,
          signals: [own.monthlyRecords],
        },
        {
          kind: "stat",
          title: "Metric points a month",
          note: "At the present rate.",
          width: 6,
          signals: [own.monthlyPoints],
        },
        {
          kind: "stat",
          title: "Of a 50 GB free tier",
          note: "Traces against Grafana Cloud's free volume.",
          width: 6,
          signals: [own.freeTierShare],
          thresholds: SHARE_FULL,
        },
      ],
    },
  ],
};

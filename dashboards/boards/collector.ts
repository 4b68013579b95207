import { bars, board, lines, stacked, stat } from "../model/board.ts";
import { NONE_EXPECTED, RESTARTED, SHARE_FULL } from "../model/thresholds.ts";
import { collectorSignals as own } from "../signals/collector.ts";
import { systemSignals as all } from "../signals/spans.ts";

export const collector = board(
  "collector",
  "Collector and cost",
  "Does telemetry arrive, is anything lost, and what does it cost?",
  [
    [
      "Now",
      stat("Lost", "Per second; this is gone for good.", own.lostRate, NONE_EXPECTED),
      stat("Unaccounted for", "Per second; the ledger does not close.", own.unaccountedRate, NONE_EXPECTED),
      stat("Refused", "Per second; senders try again.", own.refusedRate, NONE_EXPECTED),
      stat("Rejected by a backend", "Per second; wrong key, quota or shape.", own.sendFailures, NONE_EXPECTED),
      stat("Queue filled", "At 100 % telemetry is lost.", own.queueShare, SHARE_FULL),
      stat("Uptime", "Small: it has just restarted.", own.uptime, RESTARTED),
      stat("Volume a month", "Estimated at the present rate.", own.monthlyBytes),
    ],
    [
      "In",
      lines("Taken in", "Spans, metric points and log records per second.", [
        own.acceptedSpanRate,
        own.acceptedPointRate,
        own.acceptedRecordRate,
      ]),
      lines(
        "Clocks that are wrong",
        "Dropped points, moved spans and records.",
        own.wrongClocks,
        NONE_EXPECTED,
        "all are right",
      ),
      lines(
        "Series beyond the limit",
        "Dropped points, by metric.",
        own.overSeriesLimit,
        NONE_EXPECTED,
        "all are within it",
      ),
      bars("Who reports", "Instances by service.", all.instances),
      lines(
        "Scrape errors",
        "Databases, containers or host that could not be read.",
        own.scrapeErrorRate,
        NONE_EXPECTED,
      ),
    ],
    [
      "Out",
      lines("Spans delivered", "By backend.", own.sentSpanRate),
      lines("Metric points delivered", "By backend.", own.sentPointRate),
      lines("Log records delivered", "By backend.", own.sentRecordRate),
      lines("Waiting in the queue", "By backend; grows while it is away.", own.queueItems),
    ],
    [
      "Itself",
      lines("CPU", "Cores kept busy.", own.cpu),
      lines("Resident memory", "At its limit it refuses data.", own.memory),
      lines("Queue filled over time", "Share, by backend.", own.queueShare, SHARE_FULL),
    ],
    [
      "Sampling",
      stacked("Traces kept and dropped", "By decision.", own.samplingDecisions),
      stacked("Spans kept and dropped", "By decision and reason.", own.judgedSpans),
      lines("Traces held", "Lost if the collector is killed now.", own.tracesHeld),
      lines("Decided too early", "The sampling window is too small.", own.tracesDroppedEarly, NONE_EXPECTED),
    ],
    [
      "Cost",
      stat("Spans a month", "At the present rate.", own.monthlySpans),
      stat("Log records a month", "At the present rate.", own.monthlyRecords),
      stat("Metric points a month", "At the present rate.", own.monthlyPoints),
      stat("Of a 50 GB free tier", "Traces against Grafana Cloud's free volume.", own.freeTierShare, SHARE_FULL),
    ],
  ],
);

import { type Board, board, lines, logs, stacked, table } from "../model/board.ts";
import { LATENCY, SHARE_BAD } from "../model/thresholds.ts";
import { logVolume } from "../signals/logs.ts";
import { systemSignals as all } from "../signals/spans.ts";

const recorded = [
  "Deployments",
  logs(
    "What was deployed",
    "One record an `up` that changed what runs: commit, stack, versions.",
    { "service.name": "deployment" },
    "info",
  ),
] as const;

/** @param isRecorded whether deployments are written as telemetry: their record is sent from the image of a Python service */
export const deploys = (isRecorded: boolean): Board =>
  board("deploys", "Deploys", "What did the last deploy change?", [
    [
      "Versions",
      stacked("Versions running", "One line ends, another starts: that is a deploy.", all.versions),
      table("Running now", "Instances by service and version.", all.versions),
    ],
    ...(isRecorded ? [recorded] : []),
    [
      "Before and after",
      lines("Failed share", "By service; compare left and right of the mark.", all.workFailures, SHARE_BAD),
      lines("Latency p95", "By service.", all.workLatency, LATENCY),
      lines("Work taken in", "By service.", all.workRate),
    ],
    [
      "Calls and logs",
      lines("Failed calls", "Share of each service's calls to others.", all.dependencyFailures, SHARE_BAD),
      lines("Log records", "By service.", logVolume),
    ],
  ]);

import type { Board } from "../model/board.ts";
import { errorShare, latencyP95 } from "../signals/api.ts";
import { errorLogs } from "../signals/logs.ts";
import { versions, workFailures, workLatency, workRate } from "../signals/spans.ts";
import { LATENCY, SHARE_BAD } from "./thresholds.ts";

export const deploys: Board = {
  id: "deploys",
  title: "Deploys",
  question: "What did the last deploy change?",
  rows: [
    {
      title: "Versions",
      height: 8,
      panels: [
        {
          kind: "stacked",
          title: "Versions running",
          note: "One line ends, another starts: that is a deploy.",
          width: 16,
          signals: [versions],
        },
        {
          kind: "table",
          title: "Running now",
          note: "Instances by service and version.",
          width: 8,
          signals: [versions],
        },
      ],
    },
    {
      title: "Deployments",
      height: 6,
      panels: [
        {
          kind: "logs",
          title: "What was deployed",
          note: "One record an `up` that changed what runs: commit, stack, versions.",
          width: 24,
          where: { "service.name": "deployment" },
          severity: "info",
        },
      ],
    },
    {
      title: "Before and after",
      height: 8,
      panels: [
        {
          kind: "lines",
          title: "Failed share",
          note: "By service; compare left and right of the mark.",
          width: 8,
          signals: [workFailures],
          thresholds: SHARE_BAD,
        },
        {
          kind: "lines",
          title: "Latency p95",
          note: "By service.",
          width: 8,
          signals: [workLatency],
          thresholds: LATENCY,
        },
        { kind: "lines", title: "Work taken in", note: "By service.", width: 8, signals: [workRate] },
      ],
    },
    {
      title: "API and logs",
      height: 8,
      panels: [
        {
          kind: "lines",
          title: "API errors",
          note: "Share of 5xx.",
          width: 8,
          signals: [errorShare],
          thresholds: SHARE_BAD,
        },
        { kind: "lines", title: "API p95", note: "All routes.", width: 8, signals: [latencyP95], thresholds: LATENCY },
        { kind: "lines", title: "Error records", note: "By service.", width: 8, signals: [errorLogs] },
      ],
    },
  ],
};

import type { Board } from "../model/board.ts";
import * as web from "../signals/nginx.ts";
import { LATENCY, NONE_EXPECTED, SHARE_BAD } from "./thresholds.ts";

export const frontend: Board = {
  id: "frontend",
  title: "nginx and browser",
  question: "Do visitors get the page, how fast, and does nginx keep up?",
  rows: [
    {
      title: "nginx",
      height: 8,
      panels: [
        {
          kind: "lines",
          title: "Requests",
          note: "Page, static files and API together.",
          width: 8,
          signals: [web.nginxRequests],
          optional: true,
        },
        {
          kind: "stacked",
          title: "Connections",
          note: "Reading, writing, waiting.",
          width: 8,
          signals: [web.nginxConnections],
          optional: true,
        },
        {
          kind: "lines",
          title: "New and dropped connections",
          note: "Dropped should be zero.",
          width: 8,
          signals: [web.nginxAccepted, web.nginxDropped],
          optional: true,
        },
      ],
    },
    {
      title: "Requests (with nginx' OpenTelemetry module)",
      height: 8,
      panels: [
        {
          kind: "lines",
          title: "Requests by location",
          note: "Per second.",
          width: 8,
          signals: [web.nginxSpanRate],
          optional: true,
        },
        {
          kind: "lines",
          title: "Time to answer",
          note: "p95, as nginx saw it.",
          width: 8,
          signals: [web.nginxLatency],
          thresholds: LATENCY,
          optional: true,
        },
        {
          kind: "lines",
          title: "Errors",
          note: "Share of requests.",
          width: 8,
          signals: [web.nginxErrors],
          thresholds: SHARE_BAD,
          optional: true,
        },
      ],
    },
    {
      title: "Browser (with browser telemetry)",
      height: 8,
      panels: [
        {
          kind: "lines",
          title: "Page load",
          note: "Three of four visitors.",
          width: 12,
          signals: [web.pageLoad],
          thresholds: { direction: "above", warn: 2.5, bad: 4 },
          optional: true,
        },
        {
          kind: "lines",
          title: "Failed calls from the browser",
          note: "Per second.",
          width: 12,
          signals: [web.browserErrors],
          thresholds: NONE_EXPECTED,
          optional: true,
        },
      ],
    },
  ],
};

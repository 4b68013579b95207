import type { Board } from "../model/board.ts";
import { handleFailures, handleLatency, handleRate, sendLatency, sendRate } from "../signals/messaging.ts";
import {
  acknowledgedRate,
  deadLetters,
  deliveredRate,
  published,
  queueAge,
  queueDepth,
  queueDepthTotal,
  queueUnacked,
  queueWithoutConsumer,
  redeliveredRate,
  redeliveredShare,
  unroutable,
} from "../signals/rabbitmq.ts";
import { LATENCY, NONE_EXPECTED, SHARE_BAD } from "./thresholds.ts";

export const messaging: Board = {
  id: "messaging",
  title: "Messaging",
  question: "Do messages get through, how long do they wait, and who holds them up?",
  rows: [
    {
      title: "Now",
      height: 5,
      panels: [
        {
          kind: "stat",
          title: "Waiting",
          note: "All queues.",
          width: 6,
          signals: [queueDepthTotal],
          thresholds: { direction: "above", warn: 50, bad: 500 },
        },
        {
          kind: "stat",
          title: "Time to drain",
          note: "Estimated age of the oldest message.",
          width: 6,
          signals: [queueAge],
          thresholds: { direction: "above", warn: 30, bad: 120 },
        },
        {
          kind: "stat",
          title: "Dead letters",
          note: "Given up per second.",
          width: 6,
          signals: [deadLetters],
          thresholds: NONE_EXPECTED,
        },
        {
          kind: "stat",
          title: "Delivered again",
          note: "Share of deliveries.",
          width: 6,
          signals: [redeliveredShare],
          thresholds: SHARE_BAD,
          empty: "none delivered",
        },
      ],
    },
    {
      title: "Queues",
      height: 8,
      panels: [
        {
          kind: "lines",
          title: "Waiting by queue",
          note: "Only growing: the consumer is too slow or gone.",
          width: 8,
          signals: [queueDepth],
        },
        {
          kind: "lines",
          title: "Unacknowledged by queue",
          note: "Only growing: a consumer hangs.",
          width: 8,
          signals: [queueUnacked],
        },
        {
          kind: "bars",
          title: "Consumers by queue",
          note: "0 means nobody listens.",
          width: 8,
          signals: [queueWithoutConsumer],
          thresholds: { direction: "below", warn: 1, bad: 0.5 },
        },
      ],
    },
    {
      title: "Flow",
      height: 8,
      panels: [
        {
          kind: "lines",
          title: "Through the broker",
          note: "Published, delivered and acknowledged run together when all is well.",
          width: 12,
          signals: [published, deliveredRate, acknowledgedRate],
        },
        {
          kind: "lines",
          title: "What goes wrong",
          note: "Repeated, unroutable and given up.",
          width: 12,
          signals: [redeliveredRate, unroutable, deadLetters],
        },
      ],
    },
    {
      title: "Services",
      height: 8,
      panels: [
        { kind: "lines", title: "Sent by service", note: "Per second.", width: 6, signals: [sendRate] },
        { kind: "lines", title: "Handled by service", note: "Per second.", width: 6, signals: [handleRate] },
        {
          kind: "lines",
          title: "Handling time",
          note: "p95, by consuming service.",
          width: 6,
          signals: [handleLatency],
          thresholds: LATENCY,
        },
        {
          kind: "lines",
          title: "Publishing time",
          note: "p95 until the broker confirms.",
          width: 6,
          signals: [sendLatency],
          thresholds: LATENCY,
        },
      ],
    },
    {
      title: "Failures",
      height: 8,
      panels: [
        {
          kind: "lines",
          title: "Failed handling",
          note: "Share, by consuming service.",
          width: 12,
          signals: [handleFailures],
          thresholds: SHARE_BAD,
        },
        {
          kind: "traces",
          title: "Messages on their way",
          note: "Traces in which a message was handled.",
          width: 12,
          where: { "messaging.system": "rabbitmq" },
          pick: "latest",
        },
      ],
    },
  ],
};

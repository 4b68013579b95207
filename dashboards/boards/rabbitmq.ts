import type { Board } from "../model/board.ts";
import * as broker from "../signals/rabbitmq.ts";
import { SHARE_FULL } from "./thresholds.ts";

export const rabbitmq: Board = {
  id: "rabbitmq",
  title: "RabbitMQ",
  question: "Does the broker block publishers, and does it have room for what is coming?",
  rows: [
    {
      title: "Now",
      height: 5,
      panels: [
        {
          kind: "stat",
          title: "Alarms",
          note: "Any alarm blocks publishers.",
          width: 6,
          signals: [broker.alarms],
          thresholds: { direction: "above", warn: 1, bad: 1 },
        },
        {
          kind: "stat",
          title: "Memory used",
          note: "Of the watermark.",
          width: 6,
          signals: [broker.brokerMemoryShare],
          thresholds: SHARE_FULL,
        },
        {
          kind: "stat",
          title: "Disk above the alarm",
          note: "Room until publishers are blocked.",
          width: 6,
          signals: [broker.diskHeadroom],
          thresholds: { direction: "below", warn: 1e9, bad: 1e8 },
        },
        {
          kind: "stat",
          title: "Open files",
          note: "Of the limit.",
          width: 6,
          signals: [broker.fileShare],
          thresholds: SHARE_FULL,
        },
      ],
    },
    {
      title: "Clients",
      height: 8,
      panels: [
        {
          kind: "lines",
          title: "Connections and channels",
          note: "Each service keeps one connection.",
          width: 8,
          signals: [broker.brokerConnections, broker.brokerChannels],
        },
        {
          kind: "lines",
          title: "Connections opened and closed",
          note: "Steady churn: a client does not keep its connection.",
          width: 8,
          signals: [broker.connectionChurn, broker.connectionsClosed],
        },
        {
          kind: "lines",
          title: "Consumers and queues",
          note: "Fewer consumers than queues: one is not listened to.",
          width: 8,
          signals: [broker.brokerConsumers, broker.brokerQueues],
        },
      ],
    },
    {
      title: "Load",
      height: 8,
      panels: [
        {
          kind: "lines",
          title: "Messages",
          note: "Per second.",
          width: 12,
          signals: [broker.published, broker.deliveredRate, broker.acknowledgedRate],
        },
        {
          kind: "lines",
          title: "Resident memory",
          note: "Of the broker's process.",
          width: 12,
          signals: [broker.brokerMemory],
        },
      ],
    },
    {
      title: "Queues",
      height: 8,
      panels: [
        { kind: "lines", title: "Waiting messages", note: "By queue.", width: 12, signals: [broker.queueDepth] },
        {
          kind: "lines",
          title: "Unacknowledged messages",
          note: "By queue.",
          width: 12,
          signals: [broker.queueUnacked],
        },
      ],
    },
  ],
};

import { board, lines, stat } from "../model/board.ts";
import { SHARE_FULL, worseAbove, worseBelow } from "../model/thresholds.ts";
import { rabbitmqSignals as broker } from "../signals/rabbitmq.ts";

export const rabbitmq = board(
  "rabbitmq",
  "RabbitMQ",
  "Does the broker block publishers, and does it have room for what is coming?",
  [
    [
      "Now",
      stat("Alarms", "Any alarm blocks publishers.", broker.alarms, worseAbove(1, 1)),
      stat("Memory used", "Of the watermark.", broker.memoryShare, SHARE_FULL),
      stat("Disk above the alarm", "Room until publishers are blocked.", broker.diskHeadroom, worseBelow(1e9, 1e8)),
      stat("Open files", "Of the limit.", broker.fileShare, SHARE_FULL),
    ],
    [
      "Clients",
      lines("Connections and channels", "Each service should keep one connection.", [
        broker.connections,
        broker.channels,
      ]),
      lines("Connections opened and closed", "Steady churn: a client does not keep its connection.", [
        broker.connectionChurn,
        broker.connectionsClosed,
      ]),
      lines("Consumers and queues", "Fewer consumers than queues: one is not listened to.", [
        broker.consumers,
        broker.queues,
      ]),
    ],
    [
      "Load",
      lines("Messages", "Per second.", [broker.published, broker.deliveredRate, broker.acknowledgedRate]),
      lines("Resident memory", "Of the broker's process.", broker.memory),
    ],
    [
      "Queues",
      lines("Waiting messages", "By queue.", broker.queueDepth),
      lines("Unacknowledged messages", "By queue.", broker.queueUnacked),
    ],
  ],
);

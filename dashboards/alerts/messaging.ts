import { type Alert, above, alert, NO_DATA } from "../model/alert.ts";
import {
  alarms,
  brokerMemoryShare,
  deadLetters,
  judgedQueues,
  redeliveredShare,
  unroutable,
} from "../signals/rabbitmq.ts";

const MESSAGES = { "messaging.system": "rabbitmq" } as const;

/** Rules about the broker's queues; `parked`: texts in the names of queues that hold messages on purpose. */
export function messagingAlerts(parked: readonly string[]): readonly Alert[] {
  const queues = judgedQueues(parked);
  return [
    alert("queue-age", {
      title: "Messages wait longer than five minutes",
      when: above(queues.age, 300, 300),
      severity: "page",
      noData: NO_DATA.unread,
      board: "messaging",
      traces: MESSAGES,
    }),
    alert("queue-backlog", {
      title: "A queue holds more than 500 messages",
      when: above(queues.depth, 500, 300),
      severity: "ticket",
      noData: NO_DATA.unread,
      board: "messaging",
      traces: MESSAGES,
    }),
    alert("queue-unacked", {
      title: "A consumer holds messages without confirming them",
      when: above(queues.hung, 0, 600),
      severity: "ticket",
      noData: NO_DATA.unread,
      board: "messaging",
      traces: MESSAGES,
    }),
    alert("queue-without-consumer", {
      title: "Messages wait in a queue to which nobody listens",
      when: above(queues.unattended, 0, 180),
      severity: "page",
      noData: NO_DATA.unread,
      board: "messaging",
    }),
    alert("dead-letters", {
      title: "Messages are given up",
      when: above(deadLetters, 0, 300),
      severity: "ticket",
      noData: NO_DATA.unread,
      board: "messaging",
      traces: MESSAGES,
    }),
    alert("messages-unroutable", {
      title: "Messages reach no queue",
      when: above(unroutable, 0, 300),
      severity: "ticket",
      noData: NO_DATA.unread,
      board: "messaging",
      traces: MESSAGES,
    }),
    alert("messages-redelivered", {
      title: "Many messages are delivered more than once",
      when: above(redeliveredShare, 0.2, 600),
      severity: "ticket",
      noData: NO_DATA.unread,
      board: "messaging",
      traces: MESSAGES,
    }),
    alert("rabbitmq-alarm", {
      title: "RabbitMQ blocks publishers",
      when: above(alarms, 0, 60),
      severity: "page",
      noData: NO_DATA.unread,
      board: "rabbitmq",
    }),
    alert("rabbitmq-memory", {
      title: "RabbitMQ is close to its memory mark",
      when: above(brokerMemoryShare, 0.85, 600),
      severity: "ticket",
      noData: NO_DATA.unread,
      board: "rabbitmq",
    }),
  ];
}

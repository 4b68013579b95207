import { type Alert, above, alert, NO_DATA } from "../model/alert.ts";
import {
  alarms,
  brokerMemoryShare,
  deadLetters,
  judgedQueues,
  redeliveredShare,
  unroutable,
} from "../signals/rabbitmq.ts";

const traces = { "messaging.system": "rabbitmq" } as const;
const messages = { noData: NO_DATA.unread, board: "messaging", traces } as const;
const broker = { noData: NO_DATA.unread, board: "rabbitmq" } as const;

/** Rules about the broker's queues; `parked`: texts in the names of queues that hold messages on purpose. */
export function messagingAlerts(parked: readonly string[]): readonly Alert[] {
  const queues = judgedQueues(parked);
  return [
    alert("queue-age", "page", {
      title: "Messages wait longer than five minutes",
      when: above(queues.age, 300, 300),
      ...messages,
    }),
    alert("queue-backlog", "ticket", {
      title: "A queue holds more than 500 messages",
      when: above(queues.depth, 500, 300),
      ...messages,
    }),
    alert("queue-unacked", "ticket", {
      title: "A consumer holds messages without confirming them",
      when: above(queues.hung, 0, 600),
      ...messages,
    }),
    alert("queue-without-consumer", "page", {
      title: "Messages wait in a queue to which nobody listens",
      when: above(queues.unattended, 0, 180),
      noData: NO_DATA.unread,
      board: "messaging",
    }),
    alert("dead-letters", "ticket", {
      title: "Messages are given up",
      when: above(deadLetters, 0, 300),
      ...messages,
    }),
    alert("messages-unroutable", "ticket", {
      title: "Messages reach no queue",
      when: above(unroutable, 0, 300),
      ...messages,
    }),
    alert("messages-redelivered", "ticket", {
      title: "Many messages are delivered more than once",
      when: above(redeliveredShare, 0.2, 600),
      ...messages,
    }),
    alert("rabbitmq-alarm", "page", {
      title: "RabbitMQ blocks publishers",
      when: above(alarms, 0, 60),
      ...broker,
    }),
    alert("rabbitmq-memory", "ticket", {
      title: "RabbitMQ is close to its memory mark",
      when: above(brokerMemoryShare, 0.85, 600),
      ...broker,
    }),
  ];
}

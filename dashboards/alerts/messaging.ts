import { type Alert, above, alert, alertsOn, NO_DATA } from "../model/alert.ts";
import { judgedQueues, rabbitmqSignals as mq } from "../signals/rabbitmq.ts";

const traces = { "messaging.system": "rabbitmq" } as const;
const messages = alertsOn({ noData: NO_DATA.unread, board: "messaging", traces });
const broker = alertsOn({ noData: NO_DATA.unread, board: "rabbitmq" });

/** Rules about the broker's queues; `parked`: texts in the names of queues that hold messages on purpose. */
export function messagingAlerts(parked: readonly string[]): readonly Alert[] {
  const queues = judgedQueues(parked);
  return [
    messages("queue-age", "page", "Messages wait longer than five minutes", above(queues.age, 300, 300)),
    messages("queue-backlog", "ticket", "A queue holds more than 500 messages", above(queues.depth, 500, 300)),
    messages(
      "queue-unacked",
      "ticket",
      "A consumer holds messages without confirming them",
      above(queues.hung, 0, 600),
    ),
    alert("queue-without-consumer", "page", {
      title: "Messages wait in a queue to which nobody listens",
      when: above(queues.unattended, 0, 180),
      noData: NO_DATA.unread,
      board: "messaging",
    }),
    messages("dead-letters", "ticket", "Messages are given up", above(mq.deadLetters, 0, 300)),
    messages("messages-unroutable", "ticket", "Messages reach no queue", above(mq.unroutable, 0, 300)),
    messages(
      "messages-redelivered",
      "ticket",
      "Many messages are delivered more than once",
      above(mq.redeliveredShare, 0.2, 600),
    ),
    broker("rabbitmq-alarm", "page", "RabbitMQ blocks publishers", above(mq.alarms, 0, 60)),
    broker("rabbitmq-memory", "ticket", "RabbitMQ is close to its memory mark", above(mq.memoryShare, 0.85, 600)),
  ];
}

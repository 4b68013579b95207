import { above, alert, below } from "../model/alert.ts";
import {
  alarms,
  brokerMemoryShare,
  deadLetters,
  queueAge,
  queueDepth,
  queueUnacked,
  queueWithoutConsumer,
  redeliveredShare,
  unroutable,
} from "../signals/rabbitmq.ts";

const MESSAGES = { "messaging.system": "rabbitmq" } as const;

export const messagingAlerts = [
  alert("queue-age", {
    title: "Messages wait longer than five minutes",
    when: above(queueAge, 300, 300),
    severity: "page",
    board: "messaging",
    traces: MESSAGES,
  }),
  alert("queue-backlog", {
    title: "A queue holds more than 500 messages",
    when: above(queueDepth, 500, 300),
    severity: "ticket",
    board: "messaging",
    traces: MESSAGES,
  }),
  alert("queue-unacked", {
    title: "A consumer holds messages without confirming them",
    // the services prefetch 20: all of them taken and none confirmed is a consumer that hangs
    when: above(queueUnacked, 19, 600),
    severity: "page",
    board: "messaging",
    traces: MESSAGES,
  }),
  alert("queue-without-consumer", {
    title: "Nobody listens to a queue",
    when: below(queueWithoutConsumer, 1, 180),
    severity: "page",
    board: "messaging",
  }),
  alert("dead-letters", {
    title: "Messages are given up",
    when: above(deadLetters, 0, 300),
    severity: "ticket",
    board: "messaging",
    traces: MESSAGES,
  }),
  alert("messages-unroutable", {
    title: "Messages reach no queue",
    when: above(unroutable, 0, 300),
    severity: "ticket",
    board: "messaging",
    traces: MESSAGES,
  }),
  alert("messages-redelivered", {
    title: "Many messages are delivered more than once",
    when: above(redeliveredShare, 0.2, 600),
    severity: "ticket",
    board: "messaging",
    traces: MESSAGES,
  }),
  alert("rabbitmq-alarm", {
    title: "RabbitMQ blocks publishers",
    when: above(alarms, 0, 60),
    severity: "page",
    board: "rabbitmq",
  }),
  alert("rabbitmq-memory", {
    title: "RabbitMQ is close to its memory mark",
    when: above(brokerMemoryShare, 0.85, 600),
    severity: "ticket",
    board: "rabbitmq",
  }),
];

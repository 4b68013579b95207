import { bars, board, lines, stat, traces } from "../model/board.ts";
import { LATENCY, MANY_WAITING, NONE_EXPECTED, SHARE_BAD, worseAbove, worseBelow } from "../model/thresholds.ts";
import { deliverySignals as sent } from "../signals/deliveries.ts";
import { rabbitmqSignals as mq } from "../signals/rabbitmq.ts";
import { systemSignals as all } from "../signals/spans.ts";

export const messaging = board(
  "messaging",
  "Messaging",
  "Do messages get through, how long do they wait, and who holds them up?",
  [
    [
      "Now",
      stat("Waiting", "All queues.", mq.queueDepthTotal, MANY_WAITING),
      stat("Time to drain", "Estimated age of the oldest message.", mq.queueAge, worseAbove(30, 120)),
      stat("Dead letters", "Given up per second.", mq.deadLetters, NONE_EXPECTED),
      stat("Delivered again", "Share of deliveries.", mq.redeliveredShare, SHARE_BAD, "none delivered"),
    ],
    [
      "Queues",
      lines("Waiting by queue", "Only growing: the consumer is too slow or gone.", mq.queueDepth),
      lines("Unacknowledged by queue", "Only growing: a consumer hangs.", mq.queueUnacked),
      bars("Consumers by queue", "0 means nobody listens.", mq.queueWithoutConsumer, worseBelow(1, 0.5)),
    ],
    [
      "Flow",
      lines("Through the broker", "Published, delivered and acknowledged run together when all is well.", [
        mq.published,
        mq.deliveredRate,
        mq.acknowledgedRate,
      ]),
      lines("What goes wrong", "Repeated, unroutable and given up.", [
        mq.redeliveredRate,
        mq.unroutable,
        mq.deadLetters,
      ]),
    ],
    [
      "Services",
      lines("Sent by service", "Per second.", all.sendRate),
      lines("Handled by service", "Per second.", all.handleRate),
      lines("Handling time", "p95, by consuming service.", all.handleLatency, LATENCY),
      lines("Publishing time", "p95 until the broker confirms.", all.sendLatency, LATENCY),
    ],
    [
      "On their way",
      lines("Delay by service", "From publishing to handling, p95.", sent.delay, LATENCY, "no messages"),
      lines("Errors of handling", "Per second, by service and exception.", sent.errors, NONE_EXPECTED, "no errors"),
      lines("Failed publishing", "Share the broker did not confirm.", sent.unpublished, SHARE_BAD, "none published"),
    ],
    [
      "Failures",
      lines("Failed handling", "Share, by consuming service.", all.handleFailures, SHARE_BAD),
      traces(
        "Messages on their way",
        "Traces in which a message was handled.",
        { "messaging.system": "rabbitmq" },
        "latest",
      ),
    ],
  ],
);

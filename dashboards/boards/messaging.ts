import { bars, board, lines, stat, traces } from "../model/board.ts";
import { LATENCY, MANY_WAITING, NONE_EXPECTED, SHARE_BAD, worseAbove, worseBelow } from "../model/thresholds.ts";
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
import { handleFailures, handleLatency, handleRate, sendLatency, sendRate } from "../signals/spans.ts";

export const messaging = board(
  "messaging",
  "Messaging",
  "Do messages get through, how long do they wait, and who holds them up?",
  [
    [
      "Now",
      stat("Waiting", "All queues.", queueDepthTotal, MANY_WAITING),
      stat("Time to drain", "Estimated age of the oldest message.", queueAge, worseAbove(30, 120)),
      stat("Dead letters", "Given up per second.", deadLetters, NONE_EXPECTED),
      stat("Delivered again", "Share of deliveries.", redeliveredShare, SHARE_BAD, "none delivered"),
    ],
    [
      "Queues",
      lines("Waiting by queue", "Only growing: the consumer is too slow or gone.", queueDepth),
      lines("Unacknowledged by queue", "Only growing: a consumer hangs.", queueUnacked),
      bars("Consumers by queue", "0 means nobody listens.", queueWithoutConsumer, worseBelow(1, 0.5)),
    ],
    [
      "Flow",
      lines("Through the broker", "Published, delivered and acknowledged run together when all is well.", [
        published,
        deliveredRate,
        acknowledgedRate,
      ]),
      lines("What goes wrong", "Repeated, unroutable and given up.", [redeliveredRate, unroutable, deadLetters]),
    ],
    [
      "Services",
      lines("Sent by service", "Per second.", sendRate),
      lines("Handled by service", "Per second.", handleRate),
      lines("Handling time", "p95, by consuming service.", handleLatency, LATENCY),
      lines("Publishing time", "p95 until the broker confirms.", sendLatency, LATENCY),
    ],
    [
      "Failures",
      lines("Failed handling", "Share, by consuming service.", handleFailures, SHARE_BAD),
      traces(
        "Messages on their way",
        "Traces in which a message was handled.",
        { "messaging.system": "rabbitmq" },
        "latest",
      ),
    ],
  ],
);

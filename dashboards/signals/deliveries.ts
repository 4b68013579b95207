import { quantile, rate, ratio } from "../model/build.ts";
import type { Metric } from "../model/metric.ts";
import { signal, signalsOf } from "../model/signal.ts";

/** Messages on their way, as aio-pika's instrumentation measures them on both sides. */
const metric = (name: string): Metric => ({
  name: `messaging.${name}`,
  kind: "histogram",
  unit: "s",
  source: "sdk:libraries",
  attributes: ["service.name", "messaging.destination.name", "messaging.operation.name", "error.type"],
});

export const messageDelay = metric("message.delay");
const processing = metric("process.duration");
const operations = metric("client.operation.duration");

const SERVICE = ["service.name"];
const PUBLISHING = { "messaging.operation.name": "publish" } as const;
const FAILED = { "error.type": { like: ".+" } } as const;

export const deliverySignals = {
  delay: signal("message-delay", "Delay p95", "s", {
    meaning: "95 % of messages are taken up at most this long after they were published, by consuming service",
    value: quantile(0.95, messageDelay, { by: SERVICE }),
  }),
  errors: signal("message-errors", "Errors", "messages/s", {
    meaning: "Messages per second whose handling ended in an exception, by consuming service and exception",
    value: rate(processing, { where: FAILED, by: [...SERVICE, "error.type"] }),
  }),
  unpublished: signal("message-publish-failures", "Failed publishing", "share", {
    meaning: "Share of messages that the broker did not confirm, by publishing service",
    value: ratio(
      rate(operations, { where: { ...PUBLISHING, ...FAILED }, by: SERVICE }),
      rate(operations, { where: PUBLISHING, by: SERVICE }),
    ),
  }),
};

/** Delay of the messages that one service takes up. */
export const ownMessageDelay = (service: string) =>
  signalsOf(service)("message-delay", "Delay p95", "s", {
    meaning: "95 % of messages are taken up at most this long after they were published, by destination",
    value: quantile(0.95, messageDelay, {
      where: { "service.name": service },
      by: ["messaging.destination.name"],
    }),
  });

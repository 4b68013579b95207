import { quantile, rate, ratio } from "../model/build.ts";
import { signal } from "../model/signal.ts";
import { FAILED, spanCalls, spanDuration } from "./spans.ts";

const SENT = { "span.kind": "SPAN_KIND_PRODUCER" } as const;
const HANDLED = { "span.kind": "SPAN_KIND_CONSUMER" } as const;

export const sendRate = signal("messages-sent-by-service", {
  name: "Sent",
  unit: "messages/s",
  meaning: "Messages each service published per second",
  value: rate(spanCalls, { where: SENT, by: ["service.name"] }),
});

export const handleRate = signal("messages-handled-by-service", {
  name: "Handled",
  unit: "messages/s",
  meaning: "Messages each service handled per second",
  value: rate(spanCalls, { where: HANDLED, by: ["service.name"] }),
});

export const sendLatency = signal("message-send-latency", {
  name: "Publish p95",
  unit: "s",
  meaning: "95 % of messages are confirmed by the broker within this time, by publishing service",
  value: quantile(0.95, spanDuration, { where: SENT, by: ["service.name"] }),
});

export const handleLatency = signal("message-handle-latency", {
  name: "Handling p95",
  unit: "s",
  meaning: "95 % of messages are handled within this time, by consuming service",
  value: quantile(0.95, spanDuration, { where: HANDLED, by: ["service.name"] }),
});

export const handleFailures = signal("message-failures", {
  name: "Failed handling",
  unit: "share",
  meaning: "Share of messages whose handling ended in an error, by consuming service",
  value: ratio(
    rate(spanCalls, { where: { ...HANDLED, ...FAILED }, by: ["service.name"] }),
    rate(spanCalls, { where: HANDLED, by: ["service.name"] }),
  ),
});

import { level, logRate, orZero, quantile, rate, ratio, top } from "../model/build.ts";
import type { Metric } from "../model/metric.ts";
import { signal } from "../model/signal.ts";
import { FAILED, spanCalls, spanDuration } from "./spans.ts";

const BOT = { "service.name": "bot" } as const;
/** Calls to Discord's REST API: the bot's only outgoing HTTP. */
const REST = { ...BOT, "span.kind": "SPAN_KIND_CLIENT", "http.request.method": { like: ".+" } } as const;
const EVENTS = { ...BOT, "span.kind": "SPAN_KIND_CONSUMER" } as const;
const COMMANDS = { ...BOT, "span.name": { like: "discord.command.*" } } as const;

export const gatewayLatencySeconds: Metric = {
  name: "discord.gateway.latency",
  kind: "gauge",
  unit: "s",
  source: "instrumentation:discord",
  attributes: ["service.name"],
};

export const gatewayHeartbeatAge: Metric = {
  name: "discord.gateway.heartbeat.age",
  kind: "gauge",
  unit: "s",
  source: "instrumentation:discord",
  attributes: ["service.name"],
};

export const commandLines = signal("bot-commands", {
  name: "Slash commands",
  unit: "operations/s",
  meaning: "Slash commands the bot answered per second, counted from its log",
  value: orZero(logRate("info", { where: BOT, contains: "slash command" })),
});

export const restRate = signal("bot-rest-rate", {
  name: "Calls to Discord",
  unit: "requests/s",
  meaning: "Calls of the bot to Discord's REST API per second, by status code",
  value: rate(spanCalls, { where: REST, by: ["http.response.status_code"] }),
});

export const restLatency = signal("bot-rest-latency", {
  name: "Discord p95",
  unit: "s",
  meaning: "95 % of calls to Discord's REST API are answered within this time",
  value: quantile(0.95, spanDuration, { where: REST, by: ["http.request.method"] }),
});

export const restFailures = signal("bot-rest-failures", {
  name: "Failed calls to Discord",
  unit: "share",
  meaning: "Share of calls to Discord's REST API that failed or were refused",
  value: ratio(rate(spanCalls, { where: { ...REST, ...FAILED } }), rate(spanCalls, { where: REST })),
});

export const rateLimited = signal("bot-rate-limited", {
  name: "Rate limited",
  unit: "requests/s",
  meaning: "Calls per second that Discord refused with 429",
  value: orZero(rate(spanCalls, { where: { ...REST, "http.response.status_code": "429" } })),
});

export const eventRate = signal("bot-events", {
  name: "Events posted",
  unit: "messages/s",
  meaning: "Events about games the bot took from its queue per second",
  value: rate(spanCalls, { where: EVENTS }),
});

export const eventLatency = signal("bot-event-latency", {
  name: "Event p95",
  unit: "s",
  meaning: "95 % of events are posted to Discord within this time after the bot took them",
  value: quantile(0.95, spanDuration, { where: EVENTS }),
});

export const eventFailures = signal("bot-event-failures", {
  name: "Failed events",
  unit: "share",
  meaning: "Share of events the bot could not handle",
  value: ratio(rate(spanCalls, { where: { ...EVENTS, ...FAILED } }), rate(spanCalls, { where: EVENTS })),
});

export const botOperations = signal("bot-operations", {
  name: "p95",
  unit: "s",
  meaning: "Where the bot's time goes: the slowest 5 % of each operation",
  value: top(10, quantile(0.95, spanDuration, { where: BOT, by: ["span.name"] })),
});

export const botErrorLogs = signal("bot-error-logs", {
  name: "Error records",
  unit: "records/s",
  meaning: "Log records of severity error the bot wrote per second",
  value: orZero(logRate("error", { where: BOT })),
});

export const commandRate = signal("bot-command-rate", {
  name: "Commands",
  unit: "operations/s",
  meaning: "Slash commands per second, by command",
  value: rate(spanCalls, { where: COMMANDS, by: ["span.name"] }),
  sources: ["instrumentation:discord"],
});

export const commandLatency = signal("bot-command-latency", {
  name: "Command p95",
  unit: "s",
  meaning: "95 % of commands are answered within this time; Discord gives up after 3 s",
  value: quantile(0.95, spanDuration, { where: COMMANDS, by: ["span.name"] }),
  sources: ["instrumentation:discord"],
});

export const commandFailures = signal("bot-command-failures", {
  name: "Failed commands",
  unit: "share",
  meaning: "Share of commands that ended in an error",
  value: ratio(rate(spanCalls, { where: { ...COMMANDS, ...FAILED } }), rate(spanCalls, { where: COMMANDS })),
  sources: ["instrumentation:discord"],
});

export const gatewayLatency = signal("bot-gateway-latency", {
  name: "Gateway latency",
  unit: "s",
  meaning: "Time between a heartbeat and Discord's answer",
  value: level(gatewayLatencySeconds, { where: BOT, aggregate: "max" }),
});

export const heartbeatAge = signal("bot-heartbeat-age", {
  name: "Last heartbeat",
  unit: "s",
  meaning: "Seconds since Discord last answered a heartbeat; beyond 60 the bot is offline",
  value: level(gatewayHeartbeatAge, { where: BOT, aggregate: "max" }),
});

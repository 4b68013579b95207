import { max, orZero, quantile, rate, series, times, top } from "../model/build.ts";
import type { Metric, MetricKind } from "../model/metric.ts";
import { signalsOf } from "../model/signal.ts";
import { failedShare } from "./spans.ts";

const metric = (name: string, kind: MetricKind, unit: string, ...attributes: readonly string[]): Metric => ({
  name: `discord.${name}`,
  kind,
  unit,
  source: "sdk:libraries",
  attributes: ["service.name", ...attributes],
});

const heartbeats = metric("gateway.heartbeats", "counter", "{heartbeat}", "discord.shard.id");
const latency = metric("gateway.latency", "gauge", "s", "discord.shard.id");
const opened = metric("gateway.connections", "counter", "{connection}", "discord.gateway.connection.type");
const lost = metric("gateway.disconnects", "counter", "{connection}", "discord.gateway.close_code");
const events = metric("gateway.events", "counter", "{event}", "discord.gateway.event.type");
const commands = metric("command.duration", "histogram", "s", "discord.command.name", "error.type");
const handlers = metric("handler.duration", "histogram", "s", "discord.event.name");
const taskDelay = metric("task.delay", "histogram", "s", "discord.task.name");
const waited = metric("rate_limit.wait", "histogram", "s", "url.template");

const COMMAND = ["discord.command.name"];

/** Commands as spans, which fail by an exception and not by a refusal (a cooldown, a missing permission). */
export const commandSpans = (service: string) =>
  ({ "service.name": service, "span.kind": "SPAN_KIND_SERVER", "span.name": { like: "slash .*" } }) as const;

/** What a bot made with discord.py says of its gateway and its commands. */
export function discordSignals(service: string) {
  const of = signalsOf(service);
  const own = { where: { "service.name": service } };
  const minutely = (of: Metric, by: readonly string[]) => times(rate(of, { ...own, by }), 60);
  return {
    heartbeats: of("heartbeats", "Heartbeats", "per minute", {
      meaning: "Heartbeats that the gateway acknowledged, per minute; 0 means that the bot is cut off",
      value: times(orZero(rate(heartbeats, own), series(opened, own)), 60),
    }),
    latency: of("gateway-latency", "Latency", "s", {
      meaning: "Time until the gateway acknowledged the last heartbeat, longest of all shards",
      value: max(latency, own),
    }),
    opened: of("gateway-connections", "Opened", "per minute", {
      meaning: "Connections opened to the gateway per minute: first ones, resumed sessions, new sessions after a loss",
      value: minutely(opened, ["discord.gateway.connection.type"]),
    }),
    reconnects: of("gateway-reconnects", "Reconnects", "per minute", {
      meaning: "Connections to the gateway that were opened again, per minute",
      value: times(
        rate(opened, { where: { ...own.where, "discord.gateway.connection.type": ["resume", "reconnect"] } }),
        60,
      ),
    }),
    lost: of("gateway-disconnects", "Lost", "per minute", {
      meaning: "Connections to the gateway that were lost, per minute, by close code",
      value: minutely(lost, ["discord.gateway.close_code"]),
    }),
    events: of("gateway-events", "Events", "operations/s", {
      meaning: "Events received from the gateway per second, by type",
      value: rate(events, { ...own, by: ["discord.gateway.event.type"] }),
    }),
    handlers: of("event-latency", "Handler p95", "s", {
      meaning: "95 % of handlers of an event are done within this time, by event",
      value: quantile(0.95, handlers, { ...own, by: ["discord.event.name"] }),
    }),
    taskDelay: of("task-delay", "Late by", "s", {
      meaning: "95 % of a loop's iterations begin at most this long after their time, by task",
      value: quantile(0.95, taskDelay, { ...own, by: ["discord.task.name"] }),
    }),
    commands: of("commands-handled", "Commands", "per minute", {
      meaning: "Commands handled per minute, by command",
      value: minutely(commands, COMMAND),
    }),
    commandLatency: of("command-latency", "Command p95", "s", {
      meaning: "95 % of commands are handled within this time, by command",
      value: quantile(0.95, commands, { ...own, by: COMMAND }),
    }),
    commandErrors: of("command-errors", "Errors", "per minute", {
      meaning: "Commands that ended in an exception or a refusal per minute, by its type",
      value: times(rate(commands, { where: { ...own.where, "error.type": { like: ".+" } }, by: ["error.type"] }), 60),
    }),
    commandFailures: of("command-failures", "Failed commands", "share", {
      meaning: "Share of slash commands that ended in an exception; refusals such as a cooldown are none",
      value: failedShare(commandSpans(service)),
    }),
    waited: of("rate-limit-wait", "Wait p95", "s", {
      meaning: "95 % of calls that waited for a rate limit waited at most this long, by route, the ten longest",
      value: top(10, quantile(0.95, waited, { ...own, by: ["url.template"] })),
    }),
  };
}

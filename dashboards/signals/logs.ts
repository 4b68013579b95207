import { logRate, orZero, times } from "../model/build.ts";
import type { Where } from "../model/expression.ts";
import { type Signal, signal } from "../model/signal.ts";

export const logVolume = signal("log-volume", "Log records", "records/s", {
  meaning: "Log records per second, by service; a service in trouble writes more",
  value: logRate("info", { by: ["service.name"] }),
});

export const errorLogs = signal("error-logs", "Error records", "records/s", {
  meaning: "Log records of severity error or worse per second, by service",
  value: logRate("error", { by: ["service.name"] }),
});

/** How often a service writes a record whose message contains a text, per minute: what a content pack counts without a metric. */
export const recordsPerMinute = (id: string, name: string, meaning: string, where: Where, contains: string): Signal =>
  signal(id, name, "per minute", { meaning, value: times(orZero(logRate("info", { where, contains })), 60) });

/** What a file promises in its comments of outages and restarts, and what its queues keep of it. */
import { secondsOf } from "../duration.ts";
import { at, textOf } from "../model.ts";
import type { Rule } from "../rule.ts";

/** Outages that are longer than retries last unless told otherwise. */
const LONG_OUTAGE =
  /\b(outages?|offline|unreachable|down|disconnect\w*|uplink|link|maintenance|away)\b[^.\n]{0,60}\b(hours?|days?|night|weekend|overnight)\b|\b(hours?|days?|night|weekend)\b[^.\n]{0,40}\b(outages?|offline|unreachable|down|maintenance)\b/i;
/** Data that is to be there after a restart. */
const RESTARTS =
  /\b(survives?|outlives?|kept|keeps?|not (?:be )?lost|no loss|nothing (?:is |may be |must be |gets )?lost|persist\w*|must not lose)\b[^.\n]{0,50}\b(restarts?|crash(es)?|reboots?)\b|\brestarts?\b[^.\n]{0,40}\b(lose nothing|without loss|no data loss)\b/i;

export const promiseRules: readonly Rule[] = [
  {
    id: "given-up-too-soon",
    severity: "warning",
    explain:
      "An exporter gives a batch up after max_elapsed_time, 5 minutes unless it is set, whatever its queue can hold. Said where a comment speaks of an outage of hours.",
    bad: "# the uplink may be down for hours\nextensions:\n  file_storage: {directory: /var/lib/otelcol}\nexporters:\n  otlphttp: {endpoint: 'https://a.example', sending_queue: {storage: file_storage}}\n",
    good: "# the uplink may be down for hours\nextensions:\n  file_storage: {directory: /var/lib/otelcol}\nexporters:\n  otlphttp: {endpoint: 'https://a.example', retry_on_failure: {max_elapsed_time: 0}, sending_queue: {storage: file_storage}}\n",
    *find(config) {
      if (!LONG_OUTAGE.test(config.comments.all)) return;
      for (const { settings, path, type } of config.of("exporter")) {
        if (at(settings, "sending_queue", "storage") === undefined || /^(debug|file|nop)$/.test(type)) continue;
        const given = at(settings, "retry_on_failure", "max_elapsed_time");
        const ends = secondsOf(given ?? "5m");
        if (ends !== undefined && ends > 0 && ends < 3600 && at(settings, "retry_on_failure", "enabled") !== false)
          yield {
            path: given === undefined ? path : [...path, "retry_on_failure", "max_elapsed_time"],
            message: `a batch is given up after ${ends} s, and the comment speaks of longer`,
            fix: "set retry_on_failure: {max_elapsed_time: 0}",
          };
      }
    },
  },
  {
    id: "restart-not-survived",
    severity: "warning",
    explain:
      "A queue is in memory unless sending_queue.storage names an extension that stores: a restart loses what it holds. Said where a comment promises the contrary.",
    bad: "# data must survive a restart of the collector\nexporters:\n  otlphttp: {endpoint: 'https://a.example', sending_queue: {queue_size: 5000}}\n",
    good: "# data must survive a restart of the collector\nextensions:\n  file_storage: {directory: /var/lib/otelcol}\nexporters:\n  otlphttp: {endpoint: 'https://a.example', sending_queue: {queue_size: 5000, storage: file_storage}}\n",
    *find(config) {
      if (!RESTARTS.test(config.comments.all)) return;
      // a broker keeps it as well, and a receiver that remembers where it was
      if (config.scalars.some(({ path, value }) => path.at(-1) === "storage" && textOf(value) !== "")) return;
      for (const { settings, path, type } of config.of("exporter"))
        if (!/^(debug|file|nop|prometheus|kafka|pulsar|loadbalancing)$/.test(type))
          yield {
            path: settings.sending_queue === undefined ? path : [...path, "sending_queue"],
            message: "this queue is in memory, and a comment says that data survives a restart",
            fix: "set sending_queue: {storage: file_storage}, and start that extension",
          };
    },
  },
];

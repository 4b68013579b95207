import { bars, board, lines, logs, map, stat, table, traces } from "../model/board.ts";
import { LATENCY, MANY_WAITING, NONE_EXPECTED, SHARE_BAD, SHARE_FULL } from "../model/thresholds.ts";
import { lostRate, queueShare } from "../signals/collector.ts";
import { containerMemoryShare } from "../signals/containers.ts";
import { logVolume } from "../signals/logs.ts";
import { connectionUse } from "../signals/postgres.ts";
import { queueDepth, queueDepthTotal } from "../signals/rabbitmq.ts";
import { redisMemoryShare } from "../signals/redis.ts";
import * as own from "../signals/spans.ts";

export const overview = board(
  "overview",
  "Overview",
  "Is the application healthy, is it fast, which service is to blame, where does the time go?",
  [
    [
      "Now",
      stat("All work", "Requests and messages per second, all services.", own.workTotal),
      stat("Failed", "Share of requests and messages; above 1 % people notice.", own.failedTotal, SHARE_BAD, "no work"),
      stat("p95", "95 % of requests and messages take at most this long.", own.latencyTotal, LATENCY, "no work"),
      stat(
        "Failed calls",
        "Share of calls to stores and other services.",
        own.callFailuresTotal,
        SHARE_BAD,
        "no calls",
      ),
      stat("Messages waiting", "Only growing: a consumer stands still.", queueDepthTotal, MANY_WAITING),
      stat("Telemetry lost", "Above zero these boards miss something.", lostRate, NONE_EXPECTED),
    ],
    [
      "Services",
      lines("Work taken in", "By service; a line that ends is a service that stopped.", own.workRate),
      lines("Failed share", "By service; look at the failed traces below.", own.workFailures, SHARE_BAD),
      lines("Latency p95", "By service.", own.workLatency, LATENCY),
    ],
    [
      "Who calls whom",
      map(
        "Service map",
        "Parts of the system and the calls between them, with rate, failures and latency.",
        ...([own.edgeRate, own.edgeFailureRate, own.edgeLatency] as const),
      ),
      table("Slowest operations", "Where the time goes.", own.slowOperations),
    ],
    [
      "Behind",
      lines("PostgreSQL connections used", "At 100 % new clients are refused.", connectionUse, SHARE_FULL),
      lines("Redis memory used", "At 100 % keys are evicted.", redisMemoryShare, SHARE_FULL),
      lines("Messages by queue", "Waiting for a consumer.", queueDepth),
      lines("Memory of container limits", "At 100 % the kernel kills the container.", containerMemoryShare, SHARE_FULL),
    ],
    [
      "Trouble",
      traces("Failed traces", "The latest requests that ended in an error.", {}, "failed"),
      logs("Errors in the logs", "Records of severity error; the trace id leads to the trace.", {}, "error"),
    ],
    [
      "Failures by place",
      lines("Log records by service", "A service in trouble writes more.", logVolume),
      lines("Failed operations", "Share of an operation's spans, the ten highest.", own.failedOperations, SHARE_BAD),
      lines("Failed calls by service", "Share of its calls to others.", own.dependencyFailures, SHARE_BAD),
    ],
    [
      "Is telemetry itself alive?",
      bars("Reporting instances", "A service that is missing here sends nothing.", own.instances),
      lines("Collector queue filled", "Fills while a backend is away.", queueShare, SHARE_FULL),
    ],
  ],
);

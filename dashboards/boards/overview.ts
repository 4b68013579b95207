import { bars, board, lines, logs, map, stat, table, traces } from "../model/board.ts";
import { LATENCY, MANY_WAITING, NONE_EXPECTED, SHARE_BAD, SHARE_FULL } from "../model/thresholds.ts";
import { collectorSignals as own } from "../signals/collector.ts";
import { containerSignals as box } from "../signals/containers.ts";
import { logVolume } from "../signals/logs.ts";
import { postgresSignals as pg } from "../signals/postgres.ts";
import { rabbitmqSignals as mq } from "../signals/rabbitmq.ts";
import { redisSignals as cache } from "../signals/redis.ts";
import { systemSignals as all } from "../signals/spans.ts";

export const overview = board(
  "overview",
  "Overview",
  "Is the application healthy, is it fast, which service is to blame, where does the time go?",
  [
    [
      "Now",
      stat("All work", "Requests and messages per second, all services.", all.workTotal),
      stat("Failed", "Share of requests and messages; above 1 % people notice.", all.failedTotal, SHARE_BAD, "no work"),
      stat("p95", "95 % of requests and messages take at most this long.", all.latencyTotal, LATENCY, "no work"),
      stat(
        "Failed calls",
        "Share of calls to stores and other services.",
        all.callFailuresTotal,
        SHARE_BAD,
        "no calls",
      ),
      stat("Messages waiting", "Only growing: a consumer stands still.", mq.queueDepthTotal, MANY_WAITING),
      stat("Telemetry lost", "Above zero these boards miss something.", own.lostRate, NONE_EXPECTED),
    ],
    [
      "Services",
      lines("Work taken in", "By service; a line that ends is a service that stopped.", all.workRate),
      lines("Failed share", "By service; look at the failed traces below.", all.workFailures, SHARE_BAD),
      lines("Latency p95", "By service.", all.workLatency, LATENCY),
    ],
    [
      "Who calls whom",
      map(
        "Service map",
        "Parts of the system and the calls between them, with rate, failures and latency.",
        ...([all.edgeRate, all.edgeFailureRate, all.edgeLatency] as const),
      ),
      table("Slowest operations", "Where the time goes.", all.slowOperations),
    ],
    [
      "Behind",
      lines("PostgreSQL connections used", "At 100 % new clients are refused.", pg.connectionUse, SHARE_FULL),
      lines("Redis memory used", "At 100 % keys are evicted.", cache.memoryShare, SHARE_FULL),
      lines("Messages by queue", "Waiting for a consumer.", mq.queueDepth),
      lines("Memory of container limits", "At 100 % the kernel kills the container.", box.memoryShare, SHARE_FULL),
    ],
    [
      "Trouble",
      traces("Failed traces", "The latest requests that ended in an error.", {}, "failed"),
      logs("Errors in the logs", "Records of severity error; the trace id leads to the trace.", {}, "error"),
    ],
    [
      "Failures by place",
      lines("Log records by service", "A service in trouble writes more.", logVolume),
      lines("Failed operations", "Share of an operation's spans, the ten highest.", all.failedOperations, SHARE_BAD),
      lines("Failed calls by service", "Share of its calls to others.", all.dependencyFailures, SHARE_BAD),
    ],
    [
      "Is telemetry itself alive?",
      bars("Reporting instances", "A service that is missing here sends nothing.", all.instances),
      lines("Collector queue filled", "Fills while a backend is away.", own.queueShare, SHARE_FULL),
    ],
  ],
);

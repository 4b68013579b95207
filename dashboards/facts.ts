import type { Source } from "./model/source.ts";
import type { ContentPack } from "./pack.ts";

/**
 * What a service does: answers requests, consumes a queue, talks to a chat gateway, runs on a schedule, serves pages. Decides which rows, alerts
 * and objectives it gets.
 */
export const ROLES = ["http", "worker", "bot", "daemon", "frontend"] as const;
export type Role = (typeof ROLES)[number];
export type Store = "postgres" | "redis" | "rabbitmq";

/** A service that sends telemetry. */
export interface ServiceFacts {
  readonly name: string;
  readonly role: Role;
  /** Whose SDK is in it: decides under which names its runtime reports. Of \`other\`, spans alone are known. */
  readonly runtime: "python" | "node" | "nginx" | "other";
  /** Name of its container as Docker reports it. */
  readonly container: string;
  /** Role `daemon`: seconds between two runs, at most 2400; absent where nobody says. */
  readonly every?: number;
  /** nginx: serves `/stub_status` to the collector. */
  readonly stubStatus?: boolean;
  /** nginx: visitors' browsers report of its pages. */
  readonly browser?: boolean;
  /** Python: instrumented from outside by this program, which says what its libraries do (discord.py, aio-pika, schedulers). */
  readonly injected?: boolean;
  /** Functions of its own are traced. */
  readonly traced?: boolean;
  /** What its instrumentation may cost is limited: it says what it costs, and what it sheds. */
  readonly limited?: boolean;
}

/** What a stack deploys, as far as it decides what can be shown. Plain data, known at preview. */
export interface Facts {
  /** Name of the application (`service.namespace`): names boards and alert rules on every backend. */
  readonly namespace: string;
  readonly environment: string;
  /** In the order of the configuration. */
  readonly services: readonly ServiceFacts[];
  readonly stores: readonly Store[];
  /** Parts of the pipeline that are deployed. */
  readonly sources: readonly Source[];
  /** Spans, metric points and log records a second at most; the queues are sized for them. */
  readonly expected: { readonly spans: number; readonly points: number; readonly records: number };
  /** Seconds between two points of a metric. Default: 15; what was deployed earlier does not say. */
  readonly metricsInterval?: number;
  /** Redis evicts keys when full (its policy is known to be LRU or LFU), so fullness is no trouble. */
  readonly redisEvicts: boolean;
  /** A queue whose name contains one of these holds messages on purpose: no consumer and old messages are no trouble there. */
  readonly parkedQueues: readonly string[];
  /** Targets a person has set, by id of the objective. */
  readonly targets: Readonly<Record<string, number>>;
  readonly packs: readonly ContentPack[];
}

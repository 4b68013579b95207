/**
 * What one thing sends, measured on the example (2026-11-29, `npm run cost -- --json`; test/unit/cost compares). Everything that has points has
 * one each 15 seconds, or as often as `metrics.interval` says, or one a minute. `series` are counted as Prometheus does, with each bucket of a histogram; `points` as OTLP does, where a histogram is one.
 */

/** Seconds between two points of a series, where a deployment does not say. */
export const INTERVAL_SECONDS = 15;

export interface Sends {
  readonly series: number;
  /** With each interval. */
  readonly points: number;
  /** Those of the series that have a point a minute, whatever the interval; they are not among `points`. Default: 0. */
  readonly minutely?: number;
}

/** A histogram of 15 buckets, and one of eleven buckets that counts spans together with their number. */
const HISTOGRAM: Sends = { series: 17, points: 1 };
export const OPERATION: Sends = { series: 15, points: 2 };

/** Whom a service calls: calls, and the duration of both sides. */
export const EDGE: Sends = { series: 29, points: 3 };

/** What measures a process: an SDK's runtime metrics, and its pool of database connections. */
export const RUNTIME: Sends = { series: 24, points: 22 };

/** What an SDK of ours says besides: five of its processors and exporters, and what it made, of three signals. */
export const INJECTED: Sends = { series: 8, points: 0, minutely: 8 };

export const HTTP_SERVER: Sends = { series: 198, points: 13 };
export const HTTP_CLIENT: Sends = HISTOGRAM;
/** A bot calls its platform in many ways, and its gateway has metrics of its own. */
export const BOT: Sends = { series: 190, points: 18 };
export const PUBLISHER: Sends = { series: 18, points: 2 };
/** Takes messages and publishes others. */
export const CONSUMER: Sends = { series: 57, points: 5 };
export const TRACED_FUNCTION: Sends = HISTOGRAM;

export const POSTGRESQL: Sends = { series: 97, points: 96 };
export const REDIS: Sends = { series: 51, points: 50 };
export const RABBITMQ: Sends = { series: 343, points: 330 };
export const NGINX_STATUS: Sends = { series: 9, points: 7 };
export const CONTAINER: Sends = { series: 15, points: 14.5 };
/** A machine of two processors and one disk. */
export const HOST: Sends = { series: 105, points: 104 };
export const COLLECTOR: Sends = { series: 150, points: 150 };

/** What our own collector says of its intake and of what is lost. */
export const COLLECTOR_BOOKS: Sends = { series: 8, points: 8 };
/** What it counts at one place: three signals. */
export const PLACE: Sends = { series: 3, points: 3 };
/** What it counts of one service and signal at one place: the number of the minute that is over. */
export const COUNTED: Sends = { series: 1, points: 0, minutely: 1 };

/** Different operations of a service, by what it does and whom it calls. */
export const OPERATIONS = {
  http: 4,
  worker: 2,
  bot: 10,
  daemon: 1,
  /** nginx has one for the request and one for passing it on. */
  frontend: 5,
  browser: 4,
  PostgreSQL: 3,
  Redis: 2,
  RabbitMQ: 2,
  service: 1,
} as const;

/** Spans beside its own that one request makes in the service that answers it. */
export const SPANS_OF_REQUEST = {
  PostgreSQL: 1.5,
  /** Where a cache answers most of it. */
  cachedPostgreSQL: 0.3,
  Redis: 1.25,
  RabbitMQ: 0.06,
} as const;

/** Messages that one request publishes. */
export const MESSAGES_OF_REQUEST = 0.06;
/** Spans of a message at each service that takes it: it, and a call. */
export const SPANS_OF_MESSAGE = 2;
/** Share of the consumers that a message is for. */
export const CONSUMERS_OF_MESSAGE = 0.67;
/** Spans of one run of a schedule beside the run itself. */
export const SPANS_OF_RUN = 1.4;
/** nginx: the request, and passing it on. */
export const SPANS_OF_PAGE = 2;

/** Log records: of a request at nginx, at a service behind it, and at one without, whose server writes access records itself. */
export const RECORDS_OF_PAGE = 1;
export const RECORDS_OF_REQUEST_BEHIND = 0.15;
export const RECORDS_OF_REQUEST = 1;
export const RECORDS_OF_MESSAGE = 1;
/** A second, of a container whose logs are read: a store writes when it checkpoints. */
export const RECORDS_OF_CONTAINER = 0.002;

/**
 * Uncompressed bytes of a profile: nearly all are the resource and the names of functions and files. Of a process that keeps a core busy with many different functions,
 * it has 61 bytes more for each stack.
 */
export const BYTES_OF_PROFILE = 3200;
/** Share of the exports of metrics that come with one at 19 samples a second: a process of the example keeps 0.8 % of a core busy. */
export const PROFILED = 0.7 / 19;

/** Share of traces that tail sampling keeps beyond its baseline: failed and slow ones. */
export const FAILED_OR_SLOW = 0.05;

/** Uncompressed bytes of one: in OTLP with its share of what a request repeats, and as JSON with its whole resource. */
export const BYTES = {
  otlp: { traces: 510, metrics: 186, logs: 425 },
  json: { traces: 980, metrics: 515, logs: 970 },
} as const;

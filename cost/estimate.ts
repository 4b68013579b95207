import {
  BOT,
  BYTES,
  BYTES_OF_PROFILE,
  COLLECTOR,
  COLLECTOR_BOOKS,
  CONSUMER,
  CONSUMERS_OF_MESSAGE,
  CONTAINER,
  COUNTED,
  EDGE,
  FAILED_OR_SLOW,
  HOST,
  HTTP_CLIENT,
  HTTP_SERVER,
  INJECTED,
  INTERVAL_SECONDS,
  MESSAGES_OF_REQUEST,
  NGINX_STATUS,
  OPERATION,
  OPERATIONS,
  PLACE,
  POSTGRESQL,
  PROFILED,
  PUBLISHER,
  RABBITMQ,
  RECORDS_OF_CONTAINER,
  RECORDS_OF_MESSAGE,
  RECORDS_OF_PAGE,
  RECORDS_OF_REQUEST,
  RECORDS_OF_REQUEST_BEHIND,
  REDIS,
  RUNTIME,
  type Sends,
  SPANS_OF_MESSAGE,
  SPANS_OF_PAGE,
  SPANS_OF_REQUEST,
  SPANS_OF_RUN,
  TRACED_FUNCTION,
} from "./rates.ts";
import { MONTH_SECONDS, type Usage } from "./usage.ts";
import type { Workload, WorkloadService } from "./workload.ts";

/** What one part of a stack sends; spans are those before sampling. */
export interface Part extends Sends {
  /** A service, a store, or what is measured: `span metrics`, `service graph`, `containers`, `host`, `collector`. */
  readonly name: string;
  /** A second. */
  readonly spans: number;
  readonly records: number;
}

export interface Estimate {
  readonly usage: Usage;
  /** Those that send most series first. What is stated in `traffic` is not shared out among them. */
  readonly parts: readonly Part[];
}

/** What a stack sends in a month to each backend, as far as its configuration shows. Pure. */
export function estimate(workload: Workload): Estimate {
  const { traffic, sampling, metricsInterval = INTERVAL_SECONDS } = workload;
  const parts = partsOf(workload).sort((a, b) => b.series - a.series);
  const sum = (of: (part: Part) => number): number => parts.reduce((total, part) => total + of(part), 0);
  const spans = keptShare(sampling) * (traffic.spans ?? sum((part) => part.spans));
  const estimated = sum((part) => part.series);
  const series = Math.round(traffic.series ?? estimated);
  // stated series have as many points as estimated ones
  const stated = series / Math.max(1, estimated);
  const points = sum((part) => part.points) * stated;
  const minutely = sum((part) => part.minutely ?? 0) * stated;
  const month = {
    traces: Math.min(spans, sampling.ceiling ?? spans) * MONTH_SECONDS,
    metrics: (points / metricsInterval + minutely / 60) * MONTH_SECONDS,
    logs: (traffic.records ?? sum((part) => part.records)) * MONTH_SECONDS,
  };
  const bytes = (each: { readonly traces: number; readonly metrics: number; readonly logs: number }) => ({
    traces: month.traces * each.traces,
    metrics: month.metrics * each.metrics,
    logs: month.logs * each.logs,
  });
  return {
    parts,
    usage: {
      series,
      samplesPerMinute: (series - minutely) * (60 / metricsInterval) + minutely,
      points: month.metrics,
      spans: month.traces,
      records: month.logs,
      profiles: profilesOf(workload),
      bytes: { otlp: bytes(BYTES.otlp), json: bytes(BYTES.json) },
    },
  };
}

/** At most one with each export of metrics. */
function profilesOf({ profiles, metricsInterval = INTERVAL_SECONDS }: Workload): Usage["profiles"] {
  if (profiles === undefined) return undefined;
  const messages = profiles.processes * Math.min(1, profiles.rate * PROFILED) * (MONTH_SECONDS / metricsInterval);
  return { messages, bytes: messages * BYTES_OF_PROFILE };
}

/** Share of the spans that leave. */
export function keptShare({ mode, baseline }: Workload["sampling"]): number {
  switch (mode) {
    case "all":
      return 1;
    case "head":
      return baseline / 100;
    case "tail":
      return Math.min(1, baseline / 100 + FAILED_OR_SLOW);
    default:
      return mode satisfies never;
  }
}

const STORES = { PostgreSQL: POSTGRESQL, Redis: REDIS, RabbitMQ: RABBITMQ } as const;
const SILENT = { spans: 0, records: 0 } as const;

function partsOf(workload: Workload): Part[] {
  const { services, stores, containers, host, logged } = workload;
  const operations = services.reduce((sum, service) => sum + operationsOf(service), 0);
  return [
    ...services.map((service) => ({ name: service.name, ...ownMetrics(service), ...activity(service, workload) })),
    ...(services.length > 0 ? [{ name: "span metrics", ...times(operations, OPERATION), ...SILENT }] : []),
    ...(services.length > 0 ? [{ name: "service graph", ...times(edgesOf(services), EDGE), ...SILENT }] : []),
    ...stores.map((store) => ({ name: store, ...STORES[store], ...SILENT })),
    ...(containers > 0 ? [{ name: "containers", ...times(containers, CONTAINER), ...SILENT }] : []),
    ...(host ? [{ name: "host", ...HOST, ...SILENT }] : []),
    { name: "collector", ...together(COLLECTOR, booksOf(workload)), ...SILENT },
    ...(logged > 0 ? [{ name: "container logs", ...NONE, spans: 0, records: logged * RECORDS_OF_CONTAINER }] : []),
  ];
}

const NONE: Sends = { series: 0, points: 0 };
const times = (count: number, { series, points, minutely = 0 }: Sends): Sends => ({
  series: count * series,
  points: count * points,
  minutely: count * minutely,
});
const together = (...all: readonly Sends[]): Sends => ({
  series: all.reduce((sum, { series }) => sum + series, 0),
  points: all.reduce((sum, { points }) => sum + points, 0),
  minutely: all.reduce((sum, { minutely = 0 }) => sum + minutely, 0),
});

/** What the collector counts as it comes in, and before each backend: of each signal, and by service of each minute. */
function booksOf({ services, stores, containers, host, logged, countedBackends }: Workload): Sends {
  if (countedBackends === undefined) return NONE;
  // the logs of nginx and of other languages are among those that are read
  const sent = services.reduce((sum, { kind }) => sum + (kind === "nginx" || kind === "other" ? 2 : 3), 0);
  // the service graph is nobody's
  const graph = services.length > 0 ? 1 : 0;
  const scraped = stores.length + (containers > 0 ? 1 : 0) + (host ? 1 : 0);
  return together(
    COLLECTOR_BOOKS,
    times(1 + countedBackends, PLACE),
    times((sent + graph + scraped + logged + OWN_SENDERS) * (1 + countedBackends), COUNTED),
  );
}

/** The collector itself, and the deployment marker. */
const OWN_SENDERS = 2;

const isStore = (name: string): name is keyof typeof STORES => Object.hasOwn(STORES, name);
const otherServices = ({ calls }: WorkloadService): number => calls.filter((name) => !isStore(name)).length;
const consumes = ({ role, calls }: WorkloadService): boolean =>
  calls.includes("RabbitMQ") && role !== "http" && role !== "frontend";

/** What the service itself measures. */
function ownMetrics(service: WorkloadService): Sends {
  const { kind, role, calls, traced, stubStatus, injected } = service;
  if (kind === "nginx") return stubStatus ? NGINX_STATUS : NONE;
  // what another language's SDK measures is not known: spans are what is asked of it
  if (kind === "other") return NONE;
  return together(
    RUNTIME,
    injected ? INJECTED : NONE,
    role === "http" ? HTTP_SERVER : NONE,
    role === "bot" ? BOT : times(otherServices(service), HTTP_CLIENT),
    calls.includes("RabbitMQ") ? (consumes(service) ? CONSUMER : PUBLISHER) : NONE,
    times(traced, TRACED_FUNCTION),
  );
}

/** Different names and kinds of its spans; each has a rate and a duration of its own. */
function operationsOf(service: WorkloadService): number {
  const { role, calls, traced, browser } = service;
  const stores = calls.filter(isStore).reduce((sum, store) => sum + OPERATIONS[store], 0);
  // the run of a schedule is often a traced function itself
  const functions = role === "daemon" ? Math.max(0, traced - 1) : traced;
  return (
    OPERATIONS[role] +
    stores +
    functions +
    otherServices(service) * OPERATIONS.service +
    (browser ? OPERATIONS.browser : 0)
  );
}

/** Who calls whom, visitors and brokers' receivers included. */
function edgesOf(services: readonly WorkloadService[]): number {
  const databases = services.flatMap(({ calls }) => calls.filter((name) => isStore(name) && name !== "RabbitMQ"));
  const messages = services.filter(({ calls }) => calls.includes("RabbitMQ")).length * 1.5;
  const others = services.reduce((sum, service) => sum + otherServices(service), 0);
  const entries = services.filter(({ role }) => role === "frontend" || role === "bot").length;
  const fronts = services.filter(({ role, browser }) => role === "frontend" || browser).length;
  return databases.length + messages + others + entries + fronts;
}

/** Spans and log records a second that the service makes. */
function activity(service: WorkloadService, { services, traffic: { requests } }: Workload) {
  const { role, calls, every } = service;
  const answering = services.filter((one) => one.role === "http");
  const fronts = services.filter((one) => one.role === "frontend");
  switch (role) {
    case "frontend": {
      const rate = requests / fronts.length;
      return { spans: rate * SPANS_OF_PAGE, records: rate * RECORDS_OF_PAGE };
    }
    case "http": {
      const rate = requests / answering.length;
      const records = fronts.length > 0 ? RECORDS_OF_REQUEST_BEHIND : RECORDS_OF_REQUEST;
      return { spans: rate * (1 + callsOfRequest(calls)), records: rate * records };
    }
    case "worker":
    case "bot":
    case "daemon": {
      const published = answering.length > 0 ? requests * MESSAGES_OF_REQUEST : requests;
      const taken = consumes(service) ? published * CONSUMERS_OF_MESSAGE : 0;
      const direct = answering.length === 0 && !consumes(service) && role !== "daemon" ? requests : 0;
      const runs = role === "daemon" && every !== undefined ? 1 / every : 0;
      const work = taken + direct;
      return { spans: work * SPANS_OF_MESSAGE + runs * (1 + SPANS_OF_RUN), records: work * RECORDS_OF_MESSAGE };
    }
    default:
      return role satisfies never;
  }
}

function callsOfRequest(calls: readonly string[]): number {
  const { PostgreSQL, cachedPostgreSQL, Redis, RabbitMQ } = SPANS_OF_REQUEST;
  const database = calls.includes("Redis") ? cachedPostgreSQL : PostgreSQL;
  return (
    (calls.includes("PostgreSQL") ? database : 0) +
    (calls.includes("Redis") ? Redis : 0) +
    (calls.includes("RabbitMQ") ? RabbitMQ : 0)
  );
}

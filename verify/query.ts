/** How `verify` and `compare` read a backend: what comes back (`Querier`); what to ask is `BackendQuery` in vendors/, a stack output. */

import type { Reading, WholeMinutes } from "./ledger/reading.ts";

export type SpanKind = "internal" | "server" | "client" | "producer" | "consumer" | "unspecified";

/** One stored span, the same whatever the backend. */
export interface Span {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** 16 lower-case hex digits. */
  readonly spanId: string;
  /** Absent on a root span. */
  readonly parentId?: string;
  readonly links: readonly SpanLink[];
  readonly service: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly start: Date;
  /** All of them, or at least those of `SPAN_ATTRIBUTES` where a backend needs the names of what to read. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
}

/** One stored log record: where it came from and which trace it belongs to. The text is left out on purpose. */
export interface LogRecord {
  readonly service: string;
  readonly at: Date;
  /** 32 lower-case hex digits; absent when the record was written outside a span. */
  readonly traceId?: string;
}

/** A closed stretch of time: `from` belongs to it, `to` does not. Both on whole minutes, which is how fine Honeycomb counts. */
export interface Window {
  readonly from: Date;
  readonly to: Date;
}

/** One service's share of a signal within a window. */
export interface CountSearch {
  readonly service: string;
  readonly window: Window;
}

/** A little into the future: the containers' clock may be ahead of ours. */
export const soon = (): Date => new Date(Date.now() + 60_000);

/** How many there are; `atLeast` where a limit of the backend was reached and there may be more. */
export interface Tally {
  readonly count: number;
  readonly atLeast?: true;
}

/** What a service did within some time. */
export interface Work {
  readonly requests: number;
  /** Ended in an error. */
  readonly failed: number;
  /** Took longer than half a second. */
  readonly slow: number;
  /** Seconds within which half of them were done; undefined: no durations are known. */
  readonly median?: number;
}

/** When a service's signals were last written, as far as a backend shows it without running queries. */
export interface Arrivals {
  readonly traces?: Date;
  readonly logs?: Date;
}

/**
 * One backend, asked. All methods answer only with data from after `since`, so that old data never proves a new run;
 * they throw an `Error` of one sentence when the backend cannot be asked (`PlanRefusal` when its plan never answers that).
 */
export interface Querier {
  /** Name for people, e.g. "Jaeger at http://127.0.0.1:16686". */
  readonly name: string;
  /** How often it may be asked the same; default: every second. */
  readonly pollSeconds?: number;
  /** All spans of the newest `limit` traces this service took part in. */
  traces(search: { service: string; since: Date; limit: number }): Promise<readonly Span[]>;
  /** All spans of one trace of the last day; empty when it is not stored. */
  trace(traceId: string): Promise<readonly Span[]>;
  /** Names of the metrics the SDK inside a service itself sent (not those derived from its spans), in the backend's spelling. */
  serviceMetrics(search: { service: string; since: Date }): Promise<readonly string[]>;
  /** Which of these OpenTelemetry metric names have a data point. */
  presentMetrics(search: { names: readonly string[]; since: Date }): Promise<readonly string[]>;
  /** The newest `limit` log records of a service, those with a trace id first. */
  logs(search: { service: string; since: Date; limit: number }): Promise<readonly LogRecord[]>;
  /** What is known of a service where `traces` and `logs` are refused by the plan. Absent where no plan refuses them. */
  arrivals?(search: { service: string; since: Date }): Promise<Arrivals>;
  /** What the collector of an environment said of itself, scrape by scrape, oldest first. Absent where a backend does not hand out single scrapes. */
  collectorReadings?(search: { environment: string | undefined; since: Date }): Promise<readonly Reading[]>;
  /** The same of whole minutes, where there are no single scrapes and the backend adds up what was counted. */
  collectorMinutes?(search: { environment: string | undefined; since: Date }): Promise<WholeMinutes | undefined>;
  /** What the SDKs of services say that they made (`telemetry.made.items`), process by process. Absent as `collectorReadings`. */
  serviceReadings?(search: { environment: string | undefined; since: Date }): Promise<readonly Reading[]>;
  /** What each service did: requests and messages taken in, counted before sampling. Absent where a backend has no such numbers at hand. */
  work?(search: { environment: string | undefined; since: Date }): Promise<ReadonlyMap<string, Work>>;
  /** Log records of severity error or worse, by service. Absent as `work`. */
  errorRecords?(search: { since: Date }): Promise<ReadonlyMap<string, number>>;
  /** The newest `limit` log records of a service with all that is in them, as the backend writes them; not for a report. Absent as `work`. */
  recordTexts?(search: { service: string; since: Date; limit: number }): Promise<readonly string[]>;
  /** Where a person looks at a trace. */
  traceUrl(traceId: string): Promise<string>;
  /** Spans that a service began within the window. */
  countSpans(search: CountSearch): Promise<Tally>;
  /** Different metrics the SDK inside a service sent within the window; a histogram is one. Data points are not comparable:
   * their number depends on temporality and on how a backend stores a histogram. */
  countMetrics(search: CountSearch): Promise<Tally>;
  /** Log records of a service with a time within the window. */
  countLogs(search: CountSearch): Promise<Tally>;
  /** Points of metrics with a time within the window, by service; or why the backend cannot say how many it was given. */
  readonly countPoints: string | ((window: Window) => Promise<ReadonlyMap<string, number>>);
}

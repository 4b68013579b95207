/** How `verify` and `compare` read a backend: what to ask (`BackendQuery`, a stack output) and what comes back (`Querier`). */

/**
 * Where and how one backend is asked. Stack output `query` of index.ts; URLs without a trailing slash. Tokens and keys in it are
 * secrets of the stack: they go into request headers, never into a message, a report or the arguments of a command.
 */
export type BackendQuery =
  | { readonly kind: "jaeger"; readonly jaeger: string; readonly prometheus: string; readonly loki: string }
  | { readonly kind: "lgtm"; readonly tempo: string; readonly prometheus: string; readonly loki: string }
  | GrafanaCloudQuery
  | NewRelicQuery
  | HoneycombQuery;

export type BackendKind = BackendQuery["kind"];

/** Asked through the data source proxy of the stack's Grafana. */
export interface GrafanaCloudQuery {
  readonly kind: "grafana-cloud";
  /** The stack's Grafana, e.g. https://slug.grafana.net. */
  readonly grafana: string;
  /** Token of a service account with the role Viewer. Secret. */
  readonly token: string;
  /** Uids of the data sources, on Grafana Cloud grafanacloud-prom, grafanacloud-logs and grafanacloud-traces. */
  readonly prometheus: string;
  readonly loki: string;
  readonly tempo: string;
}

/** Asked by NRQL over NerdGraph. */
export interface NewRelicQuery {
  readonly kind: "new-relic";
  /** https://api.newrelic.com/graphql, in the EU https://api.eu.newrelic.com/graphql. */
  readonly nerdgraph: string;
  readonly accountId: string;
  /** A user key. Secret. */
  readonly apiKey: string;
  /** Where people look: https://one.newrelic.com, in the EU https://one.eu.newrelic.com. */
  readonly pages: string;
}

/** Asked by query results on Enterprise plans, by the last writes of datasets and columns on the others. */
export interface HoneycombQuery {
  readonly kind: "honeycomb";
  /** https://api.honeycomb.io, in the EU https://api.eu1.honeycomb.io. */
  readonly api: string;
  /** A configuration key that may manage queries and columns and run queries. Secret. */
  readonly apiKey: string;
  /** Dataset of all metrics. */
  readonly metricsDataset: string;
  /** Where people look: https://ui.honeycomb.io/<team>/environments/<environment>. */
  readonly ui: string;
}

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

/** How many there are; `atLeast` where a limit of the backend was reached and there may be more. */
export interface Tally {
  readonly count: number;
  readonly atLeast?: true;
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
  /** All spans of one trace; empty when it is not stored. */
  trace(traceId: string): Promise<readonly Span[]>;
  /** Names of the metrics the SDK inside a service itself sent (not those derived from its spans), in the backend's spelling. */
  serviceMetrics(search: { service: string; since: Date }): Promise<readonly string[]>;
  /** Which of these OpenTelemetry metric names have a data point. */
  presentMetrics(search: { names: readonly string[]; since: Date }): Promise<readonly string[]>;
  /** The newest `limit` log records of a service, those with a trace id first. */
  logs(search: { service: string; since: Date; limit: number }): Promise<readonly LogRecord[]>;
  /** What is known of a service where `traces` and `logs` are refused by the plan. Absent where no plan refuses them. */
  arrivals?(search: { service: string; since: Date }): Promise<Arrivals>;
  /** Where a person looks at a trace. */
  traceUrl(traceId: string): Promise<string>;
  /** Spans that a service began within the window. */
  countSpans(search: CountSearch): Promise<Tally>;
  /** Different metrics the SDK inside a service sent within the window; a histogram is one. Data points are not comparable:
   * their number depends on temporality and on how a backend stores a histogram. */
  countMetrics(search: CountSearch): Promise<Tally>;
  /** Log records of a service with a time within the window. */
  countLogs(search: CountSearch): Promise<Tally>;
}

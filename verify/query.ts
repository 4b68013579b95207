/** How `verify` reads a backend: what to ask (`BackendQuery`, a stack output) and what comes back (`Querier`). */

/** Where and how one backend is asked. Stack output `query` of index.ts; URLs without a path or trailing slash. */
export type BackendQuery =
  | { readonly kind: "jaeger"; readonly jaeger: string; readonly prometheus: string; readonly loki: string }
  | { readonly kind: "lgtm"; readonly tempo: string; readonly prometheus: string; readonly loki: string };

export type SpanKind = "internal" | "server" | "client" | "producer" | "consumer" | "unspecified";

/** One stored span, the same whatever the backend. */
export interface Span {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** 16 lower-case hex digits. */
  readonly spanId: string;
  /** Absent on a root span. */
  readonly parentId?: string;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly service: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly start: Date;
  readonly attributes: Readonly<Record<string, string>>;
}

/** One stored log record: where it came from and which trace it belongs to. The text is left out on purpose. */
export interface LogRecord {
  readonly service: string;
  readonly at: Date;
  /** 32 lower-case hex digits; absent when the record was written outside a span. */
  readonly traceId?: string;
}

/**
 * One backend, asked. All methods answer only with data from after `since`, so that old data never proves a new run;
 * they throw an `Error` of one sentence when the backend cannot be asked.
 */
export interface Querier {
  /** Name for people, e.g. "Jaeger at http://127.0.0.1:16686". */
  readonly name: string;
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
  /** Where a person looks at a trace. */
  traceUrl(traceId: string): Promise<string>;
}

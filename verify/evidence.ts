import type { Arrivals, LogRecord, Span } from "./query.ts";

/** Everything read from one backend so far, all of it from after the instant asked for. Checks judge it; they fetch nothing. */
export interface Evidence {
  /** Every span read, indexed. */
  readonly spans: SpanIndex;
  /** Service name -> names of the metrics its SDK sent. */
  readonly serviceMetrics: ReadonlyMap<string, readonly string[]>;
  /** OpenTelemetry names of the infrastructure metrics that have a data point. */
  readonly presentMetrics: ReadonlySet<string>;
  /** Service name -> its log records. */
  readonly logs: ReadonlyMap<string, readonly LogRecord[]>;
  /** Set where the backend's plan answers no queries: the sentence that says so. */
  readonly refusal?: string;
  /** Service name -> what is known of it in spite of a refusal. */
  readonly arrivals: ReadonlyMap<string, Arrivals>;
}

/** Spans with the questions that the edges ask of them. */
export interface SpanIndex {
  readonly all: readonly Span[];
  of(service: string): readonly Span[];
  parent(span: Span): Span | undefined;
  /** Parent, grandparent, ... up to the root as far as it is stored. */
  ancestors(span: Span): readonly Span[];
  /** Spans this one is linked to (OpenTelemetry span links). */
  linked(span: Span): readonly Span[];
}

/** Indexes spans; the same span given twice counts once. */
export function indexSpans(spans: readonly Span[]): SpanIndex {
  const key = (traceId: string, spanId: string): string => `${traceId}:${spanId}`;
  const byId = new Map(spans.map((span) => [key(span.traceId, span.spanId), span]));
  const all = [...byId.values()];
  const byService = Map.groupBy(all, (span) => span.service);
  const parent = (span: Span): Span | undefined =>
    span.parentId === undefined ? undefined : byId.get(key(span.traceId, span.parentId));
  return {
    all,
    of: (service) => byService.get(service) ?? [],
    parent,
    ancestors(span) {
      const seen = new Set<Span>();
      for (let next = parent(span); next !== undefined && !seen.has(next); next = parent(next)) seen.add(next);
      return [...seen];
    },
    linked: (span) => span.links.flatMap((link) => byId.get(key(link.traceId, link.spanId)) ?? []),
  };
}

/** OTLP in JSON as a test changes it: a copy of a real run, whose spans, metrics and records can be edited in place. */

export interface Value {
  stringValue?: string;
  intValue?: string;
  doubleValue?: number;
  boolValue?: boolean;
}
export interface Field {
  key: string;
  value: Value;
}
export interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  attributes?: Field[];
  links?: { traceId: string; spanId: string }[];
  events?: { name: string }[];
  status?: { code?: number };
  startTimeUnixNano: string;
}
export interface Point {
  attributes?: Field[];
  timeUnixNano: string;
  exemplars?: unknown[];
  count?: string;
}
interface Points {
  dataPoints: Point[];
  aggregationTemporality?: number;
  isMonotonic?: boolean;
}
export interface Metric {
  name: string;
  unit?: string;
  gauge?: Points;
  sum?: Points;
  histogram?: Points;
}
export interface LogRecord {
  traceId?: string;
  spanId?: string;
  severityNumber?: number;
  body?: Value;
  attributes?: Field[];
}
interface Scoped {
  scope?: { name?: string };
  spans?: Span[];
  metrics?: Metric[];
  logRecords?: LogRecord[];
}
interface Group {
  resource?: { attributes?: Field[] };
  scopeSpans?: Scoped[];
  scopeMetrics?: Scoped[];
  scopeLogs?: Scoped[];
}
export interface Request {
  resourceSpans?: Group[];
  resourceMetrics?: Group[];
  resourceLogs?: Group[];
}

/** Where something stands: enough to choose what is changed. */
export interface Place {
  readonly service: string;
  readonly scope: string;
}

/** A run that a mutation may edit. Whoever is given to `keep…` and answers false is removed. */
export class Telemetry {
  readonly requests: readonly Request[];

  /** @param requests are copied */
  constructor(requests: readonly Request[]) {
    this.requests = structuredClone(requests);
  }

  get groups(): readonly Group[] {
    return this.requests.flatMap((request) => [
      ...(request.resourceSpans ?? []),
      ...(request.resourceMetrics ?? []),
      ...(request.resourceLogs ?? []),
    ]);
  }

  keepSpans(keep: (span: Span, place: Place) => boolean): void {
    for (const { scoped, place } of this.#scoped())
      if (scoped.spans) scoped.spans = scoped.spans.filter((one) => keep(one, place));
  }

  keepMetrics(keep: (metric: Metric, place: Place) => boolean): void {
    for (const { scoped, place } of this.#scoped())
      if (scoped.metrics) scoped.metrics = scoped.metrics.filter((one) => keep(one, place));
  }

  keepLogs(keep: (record: LogRecord, place: Place) => boolean): void {
    for (const { scoped, place } of this.#scoped())
      if (scoped.logRecords) scoped.logRecords = scoped.logRecords.filter((one) => keep(one, place));
  }

  spans(service: string, change: (span: Span, place: Place) => void): void {
    this.keepSpans((span, place) => {
      if (place.service === service) change(span, place);
      return true;
    });
  }

  metric(service: string, name: string, change: (metric: Metric) => void): void {
    this.keepMetrics((metric, place) => {
      if (place.service === service && metric.name === name) change(metric);
      return true;
    });
  }

  logs(service: string, change: (record: LogRecord, place: Place) => void): void {
    this.keepLogs((record, place) => {
      if (place.service === service) change(record, place);
      return true;
    });
  }

  get allSpans(): readonly (Span & Place)[] {
    const all: (Span & Place)[] = [];
    this.keepSpans((span, place) => {
      all.push(Object.assign(span, place));
      return true;
    });
    return all;
  }

  #scoped(): readonly { readonly scoped: Scoped; readonly place: Place }[] {
    return this.groups.flatMap((group) => {
      const service = textOf(group.resource?.attributes, "service.name") ?? "";
      const all = [...(group.scopeSpans ?? []), ...(group.scopeMetrics ?? []), ...(group.scopeLogs ?? [])];
      return all.map((scoped) => ({ scoped, place: { service, scope: scoped.scope?.name ?? "" } }));
    });
  }
}

export const textOf = (fields: readonly Field[] | undefined, key: string): string | undefined => {
  const value = fields?.find((field) => field.key === key)?.value;
  return value?.stringValue ?? value?.intValue;
};

export const pointsOf = (metric: Metric): readonly Point[] =>
  [metric.gauge, metric.sum, metric.histogram].flatMap((data) => data?.dataPoints ?? []);

export function rename(of: { attributes?: Field[] }, from: string, to: string): void {
  for (const field of of.attributes ?? []) if (field.key === from) field.key = to;
}

export function drop(of: { attributes?: Field[] }, key: string): void {
  of.attributes = (of.attributes ?? []).filter((field) => field.key !== key);
}

import { type Json, list, object, text } from "../../verify/json.ts";

/** One attribute as OTLP's JSON carries it. */
export interface Field {
  readonly key: string;
  readonly type: string;
  /** As text; never leaves this room but counted. */
  readonly value: string;
}

/** One span, metric or log record with what stands around it. */
export interface Leaf {
  readonly service: string;
  readonly resource: readonly Field[];
  readonly scope: string;
  readonly item: Json;
}

export const NO_SERVICE = "(no service.name)";

/** All of one signal in requests, in their order. */
export function* leavesOf(
  requests: Iterable<Json>,
  [outer, inner, leaf]: readonly [outer: string, inner: string, leaf: string],
): Generator<Leaf> {
  for (const request of requests) {
    for (const group of list(request[outer]).map(object)) {
      const resource = fieldsOf(object(group.resource).attributes);
      const service = resource.find(({ key }) => key === "service.name")?.value ?? NO_SERVICE;
      for (const scoped of list(group[inner]).map(object)) {
        const scope = text(object(scoped.scope).name);
        for (const item of list(scoped[leaf]).map(object)) yield { service, resource, scope, item };
      }
    }
  }
}

export const TRACES = ["resourceSpans", "scopeSpans", "spans"] as const;
export const METRICS = ["resourceMetrics", "scopeMetrics", "metrics"] as const;
export const LOGS = ["resourceLogs", "scopeLogs", "logRecords"] as const;

export function fieldsOf(attributes: unknown): readonly Field[] {
  return list(attributes)
    .map(object)
    .map(({ key, value }) => {
      const [[type, content] = ["emptyValue", ""]] = Object.entries(object(value));
      return {
        key: text(key),
        type: type.replace(/Value$/, ""),
        value: typeof content === "object" ? JSON.stringify(content) : String(content),
      };
    });
}

/** OTLP's nanoseconds in milliseconds; 0 where there are none. */
export function millis(nanoseconds: unknown): number {
  const digits = text(nanoseconds);
  return /^\d+$/.test(digits) ? Number(BigInt(digits) / 1_000_000n) : 0;
}

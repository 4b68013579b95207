import { list, object, text } from "../../json.ts";
import type { LogRecord, Querier } from "../../query.ts";

/** A record as a store has it; a trace id of another form, or of zeros only, is none. */
export function recordOf(service: string, at: Date, id: unknown): LogRecord {
  const traceId = text(id).toLowerCase();
  const inTrace = /^[0-9a-f]{32}$/.test(traceId) && !/^0+$/.test(traceId);
  return { service, at, ...(inTrace ? { traceId } : {}) };
}

/** The newest records with a trace id, or of all where none has one. `newest` is asked with the store's own filter. */
export function tracedFirst(
  filter: string,
  newest: (search: Parameters<Querier["logs"]>[0], filter: string) => Promise<readonly LogRecord[]>,
): Querier["logs"] {
  return async (search) => {
    const traced = await newest(search, filter);
    return traced.length > 0 ? traced : await newest(search, "");
  };
}

/** The one number of an answer in Prometheus' shape; 0 where nothing was counted. */
export function numberIn(answer: unknown): number {
  const [total] = list(object(object(answer).data).result);
  return Number(list(object(total).value)[1] ?? 0);
}

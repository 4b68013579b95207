import { randomBytes } from "node:crypto";
import type { Querier } from "../../verify/query.ts";

/** Counting for loss tests: the sender chooses the trace ids, so that "nothing lost" is a count and not an impression. */

/** A W3C `traceparent` header of a fresh, sampled trace, and its trace id. */
export function freshTrace(): { readonly traceId: string; readonly traceparent: string } {
  const traceId = randomBytes(16).toString("hex");
  return { traceId, traceparent: `00-${traceId}-${randomBytes(8).toString("hex")}-01` };
}

export interface Count {
  readonly expected: number;
  readonly stored: number;
  /** Trace ids that are not stored, or not with a span of the service. */
  readonly lost: readonly string[];
  /** Spans of the service in the stored traces. */
  readonly spans: number;
}

/**
 * Counts which of these traces the backend holds with at least one span of `service`. Asks for each id by itself, eight at a
 * time: exact, whatever limits the backend's search has.
 */
export async function countTraces(
  querier: Pick<Querier, "trace">,
  service: string,
  traceIds: readonly string[],
): Promise<Count> {
  const waiting = [...traceIds];
  const lost: string[] = [];
  let spans = 0;
  const worker = async (): Promise<void> => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      const own = (await querier.trace(id)).filter((span) => span.service === service);
      spans += own.length;
      if (own.length === 0) lost.push(id);
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return { expected: traceIds.length, stored: traceIds.length - lost.length, lost: lost.sort(), spans };
}

/** Counts the log records of `service` that carry one of these trace ids (at most `limit` records are read). */
export async function countLogs(
  querier: Pick<Querier, "logs">,
  service: string,
  traceIds: readonly string[],
  since: Date,
  limit = 5000,
): Promise<number> {
  const ids = new Set(traceIds);
  const records = await querier.logs({ service, since, limit });
  return records.filter(({ traceId }) => traceId !== undefined && ids.has(traceId)).length;
}

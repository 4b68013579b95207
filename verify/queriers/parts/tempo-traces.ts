import { at, getJson } from "../../http.ts";
import { list, object, text } from "../../json.ts";
import { spansOfOtlp } from "../../otlp-traces.ts";
import type { Querier, Span } from "../../query.ts";

/** Traces out of Tempo: TraceQL finds the ids, the traces are then read one by one. */
export function tempoTraces(
  tempo: string,
  traceUrl: Querier["traceUrl"],
): Pick<Querier, "traces" | "trace" | "traceUrl"> {
  const trace = async (traceId: string): Promise<readonly Span[]> => {
    const found = await getJson(at(tempo, `/api/v2/traces/${traceId}`), { emptyStatus: 404 });
    return spansOfOtlp(object(found).trace);
  };
  return {
    trace,
    traceUrl,
    async traces({ service, since, limit }) {
      const found = await getJson(
        at(tempo, "/api/search", {
          q: `{ resource.service.name = ${JSON.stringify(service)} }`,
          start: String(Math.floor(since.getTime() / 1000)),
          end: String(Math.ceil(Date.now() / 1000) + 60),
          limit: String(limit),
        }),
      );
      // Tempo writes ids without their leading zeros here.
      const ids = list(object(found).traces).map((hit) => text(object(hit).traceID).padStart(32, "0"));
      const traces = await Promise.all(ids.map(trace));
      return traces.flat().filter((span) => span.start >= since);
    },
  };
}

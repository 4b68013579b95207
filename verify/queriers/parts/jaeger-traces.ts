import { at, getJson } from "../../http.ts";
import { object } from "../../json.ts";
import { spansOfOtlp } from "../../otlp-traces.ts";
import type { Querier } from "../../query.ts";

/**
 * Traces out of Jaeger v2 by its HTTP API v3, which answers OTLP JSON and 404 for "nothing found".
 * The snake_case parameters are understood by every version so far; the camelCase ones only by the newest.
 */
export function jaegerTraces(jaeger: string): Pick<Querier, "traces" | "trace" | "traceUrl"> {
  return {
    async traces({ service, since, limit }) {
      const found = await getJson(
        at(jaeger, "/api/v3/traces", {
          "query.service_name": service,
          "query.start_time_min": since.toISOString(),
          // A little into the future: the containers' clock may be ahead of ours.
          "query.start_time_max": new Date(Date.now() + 60_000).toISOString(),
          "query.num_traces": String(limit),
        }),
        { emptyStatus: 404 },
      );
      return spansOfOtlp(object(found).result).filter((span) => span.start >= since);
    },
    async trace(traceId) {
      const found = await getJson(at(jaeger, `/api/v3/traces/${traceId}`), { emptyStatus: 404 });
      return spansOfOtlp(object(found).result);
    },
    traceUrl: (traceId) => `${jaeger}/trace/${traceId}`,
  };
}

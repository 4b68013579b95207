import { at, getJson } from "../../http.ts";
import { object } from "../../json.ts";
import { spansOfOtlp } from "../../otlp-traces.ts";
import type { Querier } from "../../query.ts";
import { bySearch, type Search } from "./by-search.ts";

/** Traces one search hands out while counting; Jaeger v2 has no API that counts. */
const TRACES_PER_SEARCH = 200;

/**
 * Traces out of Jaeger v2 by its HTTP API v3, which answers OTLP JSON and 404 for "nothing found".
 * The snake_case parameters are understood by every version so far; the camelCase ones only by the newest.
 */
export function jaegerTraces(
  jaeger: string,
  console?: string,
): Pick<Querier, "traces" | "trace" | "traceUrl" | "countSpans"> {
  let ui: Promise<boolean> | undefined;
  const search: Search = async (service, from, to, limit) => {
    const asked = at(jaeger, "/api/v3/traces", {
      "query.service_name": service,
      "query.start_time_min": from.toISOString(),
      "query.start_time_max": to.toISOString(),
      "query.num_traces": String(limit),
    });
    return spansOfOtlp(object(await getJson(asked, { emptyStatus: 404 })).result);
  };
  return {
    ...bySearch(search, TRACES_PER_SEARCH),
    async trace(traceId) {
      const found = await getJson(at(jaeger, `/api/v3/traces/${traceId}`), { emptyStatus: 404 });
      return spansOfOtlp(object(found).result);
    },
    async traceUrl(traceId) {
      if (console !== undefined) return `${console}/traces/${traceId}`;
      ui ??= hasUi(jaeger);
      return (await ui) ? `${jaeger}/trace/${traceId}` : `${jaeger}/api/v3/traces/${traceId}`;
    },
  };
}

/** A Jaeger built from its Go module has no web pages (they are not in the module) and answers every address with a placeholder. */
async function hasUi(jaeger: string): Promise<boolean> {
  try {
    const page = await (await fetch(at(jaeger, "/"), { signal: AbortSignal.timeout(5000) })).text();
    return !page.includes("This is a placeholder for the Jaeger UI");
  } catch {
    return false;
  }
}

import { type Access, at, BackendError, getJson } from "../../http.ts";
import { list, object, text } from "../../json.ts";
import { spansOfOtlp } from "../../otlp-traces.ts";
import type { CountSearch, Querier, Span } from "../../query.ts";
import { bySearch, type Search } from "./by-search.ts";

/** Traces one search hands out while counting. */
const TRACES_PER_SEARCH = 100;

/** Traces out of Tempo: TraceQL finds the ids, the traces are then read one by one. */
export function tempoTraces(
  tempo: string,
  traceUrl: Querier["traceUrl"],
  access: Access = {},
): Pick<Querier, "traces" | "trace" | "traceUrl" | "countSpans"> {
  const ofService = (service: string): string => `{ resource.service.name = ${JSON.stringify(service)} }`;
  const seconds = (from: Date, to: Date) => ({
    start: String(Math.floor(from.getTime() / 1000)),
    end: String(Math.ceil(to.getTime() / 1000)),
  });
  const trace = async (traceId: string): Promise<readonly Span[]> => {
    const found = await getJson(at(tempo, `/api/v2/traces/${traceId}`), { ...access, emptyStatus: 404 });
    return spansOfOtlp(object(found).trace);
  };
  const search: Search = async (service, from, to, limit) => {
    const found = await getJson(
      at(tempo, "/api/search", { q: ofService(service), ...seconds(from, to), limit: String(limit) }),
      access,
    );
    // Tempo writes ids without their leading zeros here.
    const ids = list(object(found).traces).map((hit) => text(object(hit).traceID).padStart(32, "0"));
    return (await Promise.all(ids.map(trace))).flat();
  };
  /** By TraceQL metrics; `undefined` where they are switched off or show nothing, which may mean the same. */
  const counted = async ({ service, window }: CountSearch): Promise<number | undefined> => {
    const q = `${ofService(service)} | count_over_time()`;
    try {
      const answer = await getJson(at(tempo, "/api/metrics/query", { q, ...seconds(window.from, window.to) }), access);
      const counts = list(object(answer).series).map((series) => Number(object(series).value ?? 0));
      return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
    } catch (error) {
      if (error instanceof BackendError && (error.status === 400 || error.status === 404)) return undefined;
      throw error;
    }
  };
  const searched = bySearch(search, TRACES_PER_SEARCH);
  return {
    trace,
    traceUrl,
    traces: searched.traces,
    async countSpans(asked) {
      const count = await counted(asked);
      return count === undefined ? searched.countSpans(asked) : { count };
    },
  };
}

import { at, getJson } from "../../http.ts";
import { list, object, text } from "../../json.ts";
import type { Querier } from "../../query.ts";

/**
 * Metrics computed in the collector out of a service's spans, or added by the OTLP receiver: they carry the service's name
 * but do not show that the service itself sends metrics (they go on while its metric exporter is dead).
 */
const notFromTheService = "traces_.*|target_info";

/** Metrics out of any Prometheus HTTP API that received them by OTLP (job = service.namespace/service.name). */
export function prometheusMetrics(prometheus: string): Pick<Querier, "serviceMetrics" | "presentMetrics"> {
  const namesWithData = async (selector: string, since: Date): Promise<string[]> => {
    const now = new Date();
    const seconds = Math.max(1, Math.ceil((now.getTime() - since.getTime()) / 1000));
    // A range selector sees samples of this window only; a plain one would also show what is up to five minutes older.
    const query = `count by (__name__) (last_over_time(${selector}[${seconds}s]))`;
    const answer = await getJson(at(prometheus, "/api/v1/query", { query, time: String(now.getTime() / 1000) }));
    return list(object(object(answer).data).result)
      .map((series) => text(object(object(series).metric).__name__))
      .sort();
  };
  return {
    serviceMetrics: ({ service, since }) =>
      namesWithData(`{job=~"(.+/)?${service}",__name__!~"${notFromTheService}"}`, since),
    async presentMetrics({ names, since }) {
      const patterns = names.map((name) => ({ name, pattern: prometheusPattern(name) }));
      const stored = await namesWithData(`{__name__=~"${patterns.map(({ pattern }) => pattern).join("|")}"}`, since);
      return patterns
        .filter(({ pattern }) => stored.some((name) => new RegExp(`^(?:${pattern})$`).test(name)))
        .map(({ name }) => name);
    },
  };
}

/** An OpenTelemetry name as Prometheus may store it: dots become underscores; unit and `_total` may follow. */
export function prometheusPattern(name: string): string {
  return `${name.replaceAll(/[^a-zA-Z0-9_]/g, "_")}(_[a-z]+)*`;
}

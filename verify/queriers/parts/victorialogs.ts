import { at, getJson, getJsonLines } from "../../http.ts";
import { list, object, text } from "../../json.ts";
import type { LogRecord, Querier } from "../../query.ts";

/** Logs out of VictoriaLogs, which keeps an OTLP record's trace id as field `trace_id` and its resource's attributes by their own names. */
export function victorialogsLogs(victorialogs: string): Pick<Querier, "logs" | "countLogs"> {
  const ofService = (service: string): string => `"service.name":=${JSON.stringify(service)}`;
  const query = async (service: string, filter: string, since: Date, limit: number): Promise<LogRecord[]> => {
    const found = await getJsonLines(
      at(victorialogs, "/select/logsql/query", {
        query: `${ofService(service)}${filter} | fields _time, trace_id`,
        start: since.toISOString(),
        // A little into the future: the containers' clock may be ahead of ours.
        end: new Date(Date.now() + 60_000).toISOString(),
        limit: String(limit),
      }),
    );
    return found.map((record) => recordOf(service, object(record)));
  };
  return {
    async logs({ service, since, limit }) {
      const traced = await query(service, ' trace_id:~"^[0-9a-f]{32}$"', since, limit);
      return traced.length > 0 ? traced : await query(service, "", since, limit);
    },
    async countLogs({ service, window }) {
      const answer = await getJson(
        at(victorialogs, "/select/logsql/stats_query", {
          query: `${ofService(service)} | stats count() as value`,
          start: window.from.toISOString(),
          end: window.to.toISOString(),
        }),
      );
      const [total] = list(object(object(answer).data).result);
      return { count: Number(list(object(total).value)[1] ?? 0) };
    },
  };
}

function recordOf(service: string, record: Readonly<Record<string, unknown>>): LogRecord {
  const traceId = text(record.trace_id).toLowerCase();
  const inTrace = /^[0-9a-f]{32}$/.test(traceId) && !/^0+$/.test(traceId);
  return { service, at: new Date(text(record._time)), ...(inTrace ? { traceId } : {}) };
}

import { type Access, at, getJson } from "../../http.ts";
import { list, object, text } from "../../json.ts";
import type { LogRecord, Querier } from "../../query.ts";

/** Logs out of Loki 3, which keeps an OTLP record's trace id as structured metadata `trace_id`. */
export function lokiLogs(loki: string, access: Access = {}): Pick<Querier, "logs" | "countLogs"> {
  const selector = (service: string): string => `{service_name=${JSON.stringify(service)}}`;
  const query = async (service: string, filter: string, since: Date, limit: number): Promise<LogRecord[]> => {
    const answer = await getJson(
      at(loki, "/loki/api/v1/query_range", {
        query: `${selector(service)}${filter}`,
        start: `${since.getTime()}000000`,
        end: `${Date.now() + 60_000}000000`,
        limit: String(limit),
        direction: "backward",
      }),
      access,
    );
    return list(object(object(answer).data).result).flatMap((stream) =>
      list(object(stream).values).map((value) => recordOf(service, object(object(stream).stream), list(value)[0])),
    );
  };
  return {
    async logs({ service, since, limit }) {
      const traced = await query(service, ' | trace_id != ""', since, limit);
      return traced.length > 0 ? traced : await query(service, "", since, limit);
    },
    async countLogs({ service, window }) {
      const seconds = (window.to.getTime() - window.from.getTime()) / 1000;
      const query = `sum(count_over_time(${selector(service)}[${seconds}s]))`;
      const answer = await getJson(
        at(loki, "/loki/api/v1/query", { query, time: `${window.to.getTime()}000000` }),
        access,
      );
      const [total] = list(object(object(answer).data).result);
      return { count: Number(list(object(total).value)[1] ?? 0) };
    },
  };
}

function recordOf(service: string, labels: Readonly<Record<string, unknown>>, unixNano: unknown): LogRecord {
  const traceId = text(labels.trace_id).toLowerCase();
  const inTrace = /^[0-9a-f]{32}$/.test(traceId) && !/^0+$/.test(traceId);
  return {
    service,
    at: new Date(Number(text(unixNano).slice(0, -6))),
    ...(inTrace ? { traceId } : {}),
  };
}

import { type Access, at, getJson } from "../../http.ts";
import { list, object, text } from "../../json.ts";
import { type Querier, soon } from "../../query.ts";
import { numberIn, recordOf, tracedFirst } from "./log-records.ts";

/** Logs out of Loki 3, which keeps an OTLP record's trace id as structured metadata `trace_id`. */
export function lokiLogs(loki: string, access: Access = {}): Pick<Querier, "logs" | "countLogs"> {
  const selector = (service: string): string => `{service_name=${JSON.stringify(service)}}`;
  return {
    logs: tracedFirst(' | trace_id != ""', async ({ service, since, limit }, filter) => {
      const answer = await getJson(
        at(loki, "/loki/api/v1/query_range", {
          query: `${selector(service)}${filter}`,
          start: `${since.getTime()}000000`,
          end: `${soon().getTime()}000000`,
          limit: String(limit),
          direction: "backward",
        }),
        access,
      );
      const streams = list(object(object(answer).data).result).map(object);
      return streams.flatMap(({ stream, values }) =>
        list(values).map((value) => {
          const milliseconds = Number(text(list(value)[0]).slice(0, -6));
          return recordOf(service, new Date(milliseconds), object(stream).trace_id);
        }),
      );
    }),
    async countLogs({ service, window }) {
      const seconds = (window.to.getTime() - window.from.getTime()) / 1000;
      const query = `sum(count_over_time(${selector(service)}[${seconds}s]))`;
      const time = `${window.to.getTime()}000000`;
      return { count: numberIn(await getJson(at(loki, "/loki/api/v1/query", { query, time }), access)) };
    },
  };
}

import { type Access, at, getJson } from "../../http.ts";
import { type Json, list, object, text } from "../../json.ts";
import { type Querier, soon } from "../../query.ts";
import { numberIn, recordOf, tracedFirst } from "./log-records.ts";

/** Logs out of Loki 3, which keeps an OTLP record's trace id as structured metadata `trace_id`. */
export function lokiLogs(
  loki: string,
  access: Access = {},
): Pick<Querier, "logs" | "countLogs" | "errorRecords" | "recordTexts"> {
  const selector = (service: string): string => `{service_name=${JSON.stringify(service)}}`;
  const newest = async (query: string, since: Date, limit: number): Promise<readonly Json[]> => {
    const answer = await getJson(
      at(loki, "/loki/api/v1/query_range", {
        query,
        start: `${since.getTime()}000000`,
        end: `${soon().getTime()}000000`,
        limit: String(limit),
        direction: "backward",
      }),
      access,
    );
    return list(object(object(answer).data).result).map(object);
  };
  return {
    logs: tracedFirst(' | trace_id != ""', async ({ service, since, limit }, filter) => {
      const streams = await newest(`${selector(service)}${filter}`, since, limit);
      return streams.flatMap(({ stream, values }) =>
        list(values).map((value) => {
          const milliseconds = Number(text(list(value)[0]).slice(0, -6));
          return recordOf(service, new Date(milliseconds), object(stream).trace_id);
        }),
      );
    }),
    async errorRecords({ since }) {
      const seconds = Math.max(1, Math.ceil((Date.now() - since.getTime()) / 1000));
      const errors = `{service_name=~".+"} | severity_number >= 17`;
      const query = `sum by (service_name) (count_over_time(${errors} [${seconds}s]))`;
      const answer = await getJson(at(loki, "/loki/api/v1/query", { query }), access);
      return new Map(
        list(object(object(answer).data).result).map((series) => [
          text(object(object(series).metric).service_name),
          Number(list(object(series).value)[1]),
        ]),
      );
    },
    async recordTexts({ service, since, limit }) {
      const streams = await newest(selector(service), since, limit);
      return streams.flatMap(({ stream, values }) =>
        list(values).map((value) => JSON.stringify([stream, list(value)[1]])),
      );
    },
    async countLogs({ service, window }) {
      const seconds = (window.to.getTime() - window.from.getTime()) / 1000;
      const query = `sum(count_over_time(${selector(service)}[${seconds}s]))`;
      const time = `${window.to.getTime()}000000`;
      return { count: numberIn(await getJson(at(loki, "/loki/api/v1/query", { query, time }), access)) };
    },
  };
}

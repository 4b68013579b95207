import { at, getJson, getJsonLines } from "../../http.ts";
import { list, object, text } from "../../json.ts";
import { type Querier, soon } from "../../query.ts";
import { numberIn, recordOf, tracedFirst } from "./log-records.ts";

/** Logs out of VictoriaLogs, which keeps an OTLP record's trace id as field `trace_id` and its resource's attributes by their own names. */
export function victorialogsLogs(
  victorialogs: string,
): Pick<Querier, "logs" | "countLogs" | "errorRecords" | "recordTexts"> {
  const ofService = (service: string): string => `"service.name":=${JSON.stringify(service)}`;
  return {
    logs: tracedFirst(' trace_id:~"^[0-9a-f]{32}$"', async ({ service, since, limit }, filter) => {
      const found = await getJsonLines(
        at(victorialogs, "/select/logsql/query", {
          query: `${ofService(service)}${filter} | fields _time, trace_id`,
          start: since.toISOString(),
          end: soon().toISOString(),
          limit: String(limit),
        }),
      );
      return found.map(object).map(({ _time, trace_id }) => recordOf(service, new Date(text(_time)), trace_id));
    }),
    async errorRecords({ since }) {
      const answer = await getJson(
        at(victorialogs, "/select/logsql/stats_query", {
          query: `severity_number:>=17 | stats by ("service.name") count() as value`,
          start: since.toISOString(),
          end: soon().toISOString(),
        }),
      );
      return new Map(
        list(object(object(answer).data).result).map((series) => [
          text(object(object(series).metric)["service.name"]),
          Number(list(object(series).value)[1]),
        ]),
      );
    },
    async recordTexts({ service, since, limit }) {
      const found = await getJsonLines(
        at(victorialogs, "/select/logsql/query", {
          query: ofService(service),
          start: since.toISOString(),
          end: soon().toISOString(),
          limit: String(limit),
        }),
      );
      return found.map((record) => JSON.stringify(record));
    },
    async countLogs({ service, window }) {
      const answer = await getJson(
        at(victorialogs, "/select/logsql/stats_query", {
          query: `${ofService(service)} | stats count() as value`,
          start: window.from.toISOString(),
          end: window.to.toISOString(),
        }),
      );
      return { count: numberIn(answer) };
    },
  };
}

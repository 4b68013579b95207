import type { NewRelicQuery } from "../../vendors/new-relic.ts";
import { list, text } from "../json.ts";
import type { Querier } from "../query.ts";
import { newRelicMinutes } from "./new-relic/minutes.ts";
import { counted, type Nrql, nerdgraph, quoted } from "./new-relic/nerdgraph.ts";
import { newRelicTraces } from "./new-relic/traces.ts";
import { recordOf, tracedFirst } from "./parts/log-records.ts";

/** Backend `new-relic`: spans, metrics and logs by NRQL. */
export function newRelicQuerier(query: NewRelicQuery): Querier {
  const nrql = nerdgraph(query);
  return {
    name: `New Relic, account ${query.accountId}`,
    pollSeconds: 5,
    ...newRelicTraces(nrql, query),
    ...metrics(nrql),
    ...logs(nrql),
    ...newRelicMinutes(nrql),
    countPoints:
      "metrics: New Relic keeps aggregates beside points and does not say how many points it was given: they are not counted.",
  };
}

/** Span metrics and the service graph carry the services' names, but the collector makes them. */
const NOT_FROM_THE_SERVICE = "r'(traces[._].*|newrelic[.].*)'";

function metrics(nrql: Nrql): Pick<Querier, "serviceMetrics" | "presentMetrics" | "countMetrics"> {
  const names = async (where: string, time: string): Promise<readonly string[]> => {
    // Without a number, `uniques` stops at 1000.
    const [row] = await nrql(`SELECT uniques(metricName, 10000) FROM Metric WHERE ${where} ${time}`);
    return list(row?.["uniques.metricName"]).map(text).sort();
  };
  const ownOf = (service: string): string =>
    `\`service.name\` = ${quoted(service)} AND metricName NOT RLIKE ${NOT_FROM_THE_SERVICE}`;
  return {
    serviceMetrics: ({ service, since }) => names(ownOf(service), `SINCE ${since.getTime()}`),
    async presentMetrics({ names: wanted, since }) {
      const stored = await names(`metricName IN (${wanted.map(quoted).join(", ")})`, `SINCE ${since.getTime()}`);
      return wanted.filter((name) => stored.includes(name));
    },
    async countMetrics({ service, window }) {
      const time = `SINCE ${window.from.getTime()} UNTIL ${window.to.getTime()}`;
      return { count: (await names(ownOf(service), time)).length };
    },
  };
}

function logs(nrql: Nrql): Pick<Querier, "logs" | "countLogs"> {
  return {
    logs: tracedFirst(" AND `trace.id` IS NOT NULL", async ({ service, since, limit }, filter) => {
      const rows = await nrql(
        `SELECT timestamp, \`trace.id\` FROM Log WHERE \`service.name\` = ${quoted(service)}${filter} SINCE ${since.getTime()} LIMIT ${Math.min(limit, 5000)}`,
      );
      return rows.map((row) => recordOf(service, new Date(Number(row.timestamp)), row["trace.id"]));
    }),
    countLogs: (search) => counted(nrql, "Log", search),
  };
}

import { SIGNALS } from "../../../pipeline/signal.ts";
import { text } from "../../json.ts";
import { COLLECTOR_SETTLED_MS, MINUTE_MS, together } from "../../ledger/minutes.ts";
import type { MinuteItems, WholeMinutes } from "../../ledger/reading.ts";
import type { Querier } from "../../query.ts";
import { attribute, type Nrql, quoted } from "./nerdgraph.ts";

/** As the collector sends it. */
const COUNTER = "otelcol_ledger_minute_items";
/** So long after a minute began it was said and sent, and a minute later what came late as well. */
const KNOWN_MS = 90_000;
const CORRECTED_MS = KNOWN_MS + MINUTE_MS;
/** Minutes that are asked for at most. */
const MOST = 5;
/** A collector says nothing of a minute in which it began: so old it must be when it says it. */
const OLD_ENOUGH_SECONDS = 130;

/** Which collector said it. */
const COLLECTOR = "service.instance.id";

interface Said extends MinuteItems {
  readonly collector: string;
}

const newestOf = (said: readonly Said[]): readonly MinuteItems[] => [
  ...new Map(said.map((one) => [[one.place, one.signal, one.service, one.collector].join("\n"), one])).values(),
];

const within = (from: number): string => `SINCE ${from} UNTIL ${from + MINUTE_MS}`;

/** What the collectors said of each minute once it was over: New Relic hands out no single scrapes, so they are asked for minute by minute. */
export function newRelicMinutes(nrql: Nrql): Required<Pick<Querier, "collectorMinutes">> {
  return {
    async collectorMinutes({ environment, since }) {
      const of =
        environment === undefined ? "" : ` AND ${attribute("deployment.environment.name")} = ${quoted(environment)}`;
      const said = async (which: string, time: string): Promise<readonly Said[]> => {
        const rows = await nrql(
          `SELECT max(${attribute(COUNTER)}) FROM Metric WHERE metricName = ${quoted(COUNTER)} AND ${attribute("minute")} = ${quoted(which)}${of} FACET place, signal, service, ${attribute(COLLECTOR)} ${time} LIMIT MAX`,
        );
        return rows.flatMap((row) =>
          SIGNALS.filter((signal) => signal === row.signal).map((signal) => ({
            ...{ place: text(row.place), signal, service: text(row.service), collector: text(row[COLLECTOR]) },
            items: Number(row[`max.${COUNTER}`] ?? 0),
          })),
        );
      };
      const counted = async (minute: number): Promise<readonly MinuteItems[] | undefined> => {
        const over = minute + MINUTE_MS + COLLECTOR_SETTLED_MS;
        const time = within(over);
        const [age] = await nrql(
          `SELECT min(${attribute("otelcol_process_uptime")}) FROM Metric WHERE metricName = 'otelcol_process_uptime'${of} ${time}`,
        );
        if (!(Number(age?.["min.otelcol_process_uptime"] ?? 0) >= OLD_ENOUGH_SECONDS)) return undefined;
        const items = await said("last", time);
        // where something came late, all that is known is said again
        return items.length === 0
          ? undefined
          : newestOf([...items, ...(await said("before", within(over + MINUTE_MS)))]);
      };
      const inARow = async (afterMs: number): Promise<WholeMinutes | undefined> => {
        const last = Math.floor((Date.now() - afterMs) / MINUTE_MS) * MINUTE_MS;
        const begin = Math.max(Math.ceil(since.getTime() / MINUTE_MS) * MINUTE_MS, last - MOST * MINUTE_MS);
        const items: MinuteItems[] = [];
        let from = last;
        for (; from > begin; from -= MINUTE_MS) {
          const more = await counted(from - MINUTE_MS);
          if (more === undefined) break;
          items.push(...more);
        }
        return from === last
          ? undefined
          : { window: { from: new Date(from), to: new Date(last) }, items: together(items) };
      };
      return (await inARow(CORRECTED_MS)) ?? (await inARow(KNOWN_MS));
    },
  };
}

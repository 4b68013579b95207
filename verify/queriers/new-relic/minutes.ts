import { SIGNALS } from "../../../pipeline/signal.ts";
import { text } from "../../json.ts";
import { MINUTE_MS, numberOfMinute, together } from "../../ledger/minutes.ts";
import type { MinuteItems } from "../../ledger/reading.ts";
import type { Querier } from "../../query.ts";
import { attribute, type Nrql, quoted } from "./nerdgraph.ts";

/** As the collector sends it. */
const COUNTER = "otelcol_ledger_minute_items";
/** Points of a minute's counter are sent, and can be asked for, so long after it. */
const LATEST_MS = 90_000;
/** Minutes that are asked for at most. */
const MOST = 5;
/** A counter's first value is no delta: a collector must have counted in each of the minutes that are told apart before. */
const OLD_ENOUGH_SECONDS = 240;

/** What the collector counted by minute, added up by New Relic out of deltas: it hands out no single scrapes. */
export function newRelicMinutes(nrql: Nrql): Required<Pick<Querier, "collectorMinutes">> {
  return {
    async collectorMinutes({ environment, since }) {
      const of =
        environment === undefined ? "" : ` AND ${attribute("deployment.environment.name")} = ${quoted(environment)}`;
      const counted = async (minute: number): Promise<readonly MinuteItems[] | undefined> => {
        // the same number counts another minute three minutes earlier and later
        const time = `SINCE ${minute - MINUTE_MS / 2} UNTIL ${minute + 2.5 * MINUTE_MS}`;
        const [age] = await nrql(
          `SELECT min(${attribute("otelcol_process_uptime")}) FROM Metric WHERE metricName = 'otelcol_process_uptime'${of} ${time}`,
        );
        if (!(Number(age?.["min.otelcol_process_uptime"] ?? 0) >= OLD_ENOUGH_SECONDS)) return undefined;
        const rows = await nrql(
          `SELECT sum(${attribute(COUNTER)}) FROM Metric WHERE metricName = ${quoted(COUNTER)} AND ${attribute("minute")} = ${quoted(numberOfMinute(minute))}${of} FACET place, signal, service ${time} LIMIT MAX`,
        );
        return rows.flatMap((row) =>
          SIGNALS.filter((signal) => signal === row.signal).map((signal) => ({
            ...{ place: text(row.place), signal, service: text(row.service) },
            items: Number(row[`sum.${COUNTER}`] ?? 0),
          })),
        );
      };
      const last = Math.floor((Date.now() - LATEST_MS) / MINUTE_MS) * MINUTE_MS;
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
    },
  };
}

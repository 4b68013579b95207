import type { ServiceLevelEvents } from "../../../../dashboards/render/new-relic/service-levels.ts";
import { Reader } from "../reader.ts";
import { readConditions, WORD } from "./conditions.ts";
import type { Tables } from "./rows.ts";
import { readSelect } from "./select.ts";

/**
 * How many events a service level counts. GET_CDF_COUNT counts what is at most the threshold.
 * https://docs.newrelic.com/docs/service-level-management/create-slm/#sli-queries
 */
export function eventsCounted({ from, select, where }: ServiceLevelEvents, tables: Tables): number {
  const rows = tables[from].filter(readConditions(new Reader(where, WORD)));
  return readSelect(new Reader(queryOf(select), WORD)).value(rows, 1) ?? 0;
}

function queryOf(select: ServiceLevelEvents["select"]): string {
  if (select === undefined) return "count(*)";
  switch (select.function) {
    case "GET_CDF_COUNT":
      return `getCdfCount(\`${select.attribute}\`, ${select.threshold})`;
    default:
      return `${select.function.toLowerCase()}(\`${select.attribute}\`)`;
  }
}

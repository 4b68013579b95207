import type { HoneycombQuery } from "../../vendors/honeycomb.ts";
import type { Querier } from "../query.ts";
import { honeycombApi } from "./honeycomb/api.ts";
import { columns, datasetOf } from "./honeycomb/columns.ts";
import { honeycombMetrics } from "./honeycomb/metrics.ts";
import { honeycombEvents } from "./honeycomb/queries.ts";

/**
 * Backend `honeycomb`: spans, logs and counts by query results where the plan has them (Enterprise). On every plan, the last writes of
 * datasets' columns show that spans and log records of a service arrive, and which metrics do.
 */
export function honeycombQuerier(query: HoneycombQuery): Querier {
  const api = honeycombApi(query);
  const known = columns(api);
  return {
    name: `Honeycomb at ${query.ui}`,
    pollSeconds: 10,
    ...honeycombEvents(api, known, query),
    ...honeycombMetrics(api, known, query.metricsDataset),
    countPoints:
      "metrics: Honeycomb makes one event of all points of a time and the same attributes: they are not counted.",
    async arrivals({ service, since }) {
      const written = await known.of(datasetOf(service));
      const lastWrite = (name: string): Date | undefined => {
        const at = written.find((column) => column.name === name)?.lastWritten;
        return at !== undefined && at >= since ? at : undefined;
      };
      // Only spans have an id of their own, only log records a severity.
      const [traces, logs] = [lastWrite("trace.span_id"), lastWrite("severity_code")];
      return { ...(traces && { traces }), ...(logs && { logs }) };
    },
  };
}

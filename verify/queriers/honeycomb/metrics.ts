import { metricsOf } from "../../metric-names.ts";
import type { Querier } from "../../query.ts";
import type { HoneycombApi } from "./api.ts";
import type { Column, Columns } from "./columns.ts";

/** A query has at most this many calculations. */
const columnsPerQuery = 90;

/** Attributes of metrics that are numbers too: their columns are no metrics. */
const NUMERIC_ATTRIBUTES: readonly RegExp[] = [
  /(^|\.)port$/,
  /status_code$/,
  /(^|\.)pid$/,
  /^(system|process)\.cpu\.logical_number$/,
  /^meta\./,
  /^sampleRate$/i,
];
/** Made in the collector out of spans, see queriers/parts/prometheus.ts. */
const notFromTheService = /^traces[._]/;

/** Metrics out of Honeycomb: every metric is a column of one dataset. */
export function honeycombMetrics(
  api: HoneycombApi,
  columns: Columns,
  dataset: string,
): Pick<Querier, "serviceMetrics" | "presentMetrics" | "countMetrics"> {
  /** Which of the dataset's metrics have a value of this service within the time. */
  const ownMetrics = async (service: string, from: number, to: number): Promise<readonly string[]> => {
    const all = await columns.of(dataset);
    const candidates = all.filter((column) => isMetric(column) && writtenSince(column, new Date(from * 1000)));
    if (candidates.length === 0 || !all.some(({ name }) => name === "service.name")) return [];
    const found: string[] = [];
    for (let at = 0; at < candidates.length; at += columnsPerQuery) {
      const some = candidates.slice(at, at + columnsPerQuery);
      const [row = {}] = await api.run(dataset, {
        calculations: some.map(({ name }) => ({ op: "MAX", column: name })),
        filters: [{ column: "service.name", op: "=", value: service }],
        start_time: from,
        end_time: to,
      });
      found.push(...some.map(({ name }) => name).filter((name) => typeof row[`MAX(${name})`] === "number"));
    }
    return found.sort();
  };
  return {
    serviceMetrics: ({ service, since }) =>
      ownMetrics(service, Math.floor(since.getTime() / 1000), Math.ceil(Date.now() / 60_000) * 60 + 60),
    async presentMetrics({ names, since }) {
      const written = (await columns.of(dataset)).filter((column) => writtenSince(column, since));
      return names.filter((name) =>
        written.some((column) => column.name === name || column.name.startsWith(`${name}.`)),
      );
    },
    async countMetrics({ service, window }) {
      const names = await ownMetrics(service, window.from.getTime() / 1000, window.to.getTime() / 1000);
      return { count: metricsOf(names, ".").size };
    },
  };
}

function isMetric({ name, isNumber }: Column): boolean {
  return isNumber && !notFromTheService.test(name) && !NUMERIC_ATTRIBUTES.some((pattern) => pattern.test(name));
}

function writtenSince({ lastWritten }: Column, since: Date): boolean {
  return lastWritten !== undefined && lastWritten >= since;
}

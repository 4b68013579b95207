import { text } from "../../json.ts";
import { metricsOf } from "../../metric-names.ts";
import type { Querier } from "../../query.ts";
import { shared } from "../../shared.ts";
import type { HoneycombApi } from "./api.ts";
import type { Column, Columns } from "./columns.ts";

/** A query has at most this many calculations. */
const COLUMNS_PER_QUERY = 90;

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
const NOT_FROM_THE_SERVICE = /^traces[._]/;

/** Seconds of the epoch. */
interface Seconds {
  readonly from: number;
  readonly to: number;
}
const keyOf = ({ from, to }: Seconds): string => `${from}/${to}`;

/** Metrics out of Honeycomb: every metric is a column of one dataset. */
export function honeycombMetrics(
  api: HoneycombApi,
  columns: Columns,
  dataset: string,
): Pick<Querier, "serviceMetrics" | "presentMetrics" | "countMetrics"> {
  /** Which of the dataset's metrics have a value within the time, by service. */
  const ownMetrics = shared(async ({ from, to }: Seconds): Promise<ReadonlyMap<string, readonly string[]>> => {
    const all = await columns.of(dataset);
    const candidates = all.filter((column) => isMetric(column) && writtenSince(column, new Date(from * 1000)));
    const found: (readonly [string, string])[] = [];
    if (!all.some(({ name }) => name === "service.name")) return new Map();
    for (let at = 0; at < candidates.length; at += COLUMNS_PER_QUERY) {
      const some = candidates.slice(at, at + COLUMNS_PER_QUERY).map(({ name }) => name);
      const rows = await api.run(dataset, {
        calculations: some.map((column) => ({ op: "MAX", column })),
        filters: [],
        breakdowns: ["service.name"],
        start_time: from,
        end_time: to,
      });
      for (const row of rows) {
        const names = some.filter((name) => typeof row[`MAX(${name})`] === "number");
        found.push(...names.map((name) => [text(row["service.name"]), name] as const));
      }
    }
    const byService = Map.groupBy(found, ([service]) => service);
    return new Map([...byService].map(([service, names]) => [service, names.map(([, name]) => name).sort()]));
  }, keyOf);
  return {
    async serviceMetrics({ service, since }) {
      const to = Math.ceil(Date.now() / 60_000) * 60 + 60;
      return (await ownMetrics({ from: Math.floor(since.getTime() / 1000), to })).get(service) ?? [];
    },
    async presentMetrics({ names, since }) {
      const written = (await columns.of(dataset)).filter((column) => writtenSince(column, since));
      return names.filter((name) =>
        written.some((column) => column.name === name || column.name.startsWith(`${name}.`)),
      );
    },
    async countMetrics({ service, window }) {
      const times = { from: window.from.getTime() / 1000, to: window.to.getTime() / 1000 };
      return { count: metricsOf((await ownMetrics(times)).get(service) ?? [], ".").size };
    },
  };
}

function isMetric({ name, isNumber }: Column): boolean {
  return isNumber && !NOT_FROM_THE_SERVICE.test(name) && !NUMERIC_ATTRIBUTES.some((pattern) => pattern.test(name));
}

function writtenSince({ lastWritten }: Column, since: Date): boolean {
  return lastWritten !== undefined && lastWritten >= since;
}

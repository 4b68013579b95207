import type { Measured } from "../recorded/recording.ts";

export type MetricType = "count" | "gauge" | "distribution";

/** What a distribution keeps: totals exactly, measurements by its own buckets. */
export interface Distribution {
  readonly count: number;
  readonly sum: number;
  readonly measured: readonly Measured[];
}

/**
 * Functions by what a metric is; another one answers nothing.
 * https://docs.newrelic.com/docs/data-apis/understand-data/metric-data/metric-data-type/
 */
const FUNCTIONS: Readonly<Record<MetricType, readonly string[]>> = {
  count: ["sum"],
  gauge: ["latest", "min", "max", "sum", "count", "average"],
  distribution: ["percentile", "histogram", "min", "max", "sum", "count", "average", "getCdfCount"],
};

/** Functions that a query applies to metrics of a type which has none such: none in a good query. */
export function wrongFunctions(query: string, types: ReadonlyMap<string, MetricType>): readonly string[] {
  return [...query.matchAll(/(\w+)\(`([^`]+)`/g)].flatMap(([, how = "", metric = ""]) => {
    const type = types.get(metric);
    return type === undefined || FUNCTIONS[type].includes(how) ? [] : [`${how}() of ${metric}, which is a ${type}`];
  });
}

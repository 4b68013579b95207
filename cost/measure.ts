import { Failure } from "../cli/failure.ts";
import { ask, type Metrics, type Sample, seriesOf } from "./prometheus.ts";
import type { Workload } from "./workload.ts";

/** What a running stack sent to one backend; rates are a second. */
export interface Measured {
  /** Minutes that were looked at: those asked for, or since the collector started. */
  readonly minutes: number;
  readonly requests: number;
  /** The 95th percentile of those that were active at one time. */
  readonly series: number;
  readonly points: number;
  /** Spans that were made, and those of them that left after sampling. */
  readonly made: number;
  readonly spans: number;
  readonly records: number;
}

/** A metric with many series, and why it has so many. */
export interface SeriesSource {
  readonly metric: string;
  readonly series: number;
  /** The label with the most values, `le` of histograms aside; undefined where none has two. */
  readonly label?: { readonly name: string; readonly values: number };
}

const LEAST_MINUTES = 3;

/** Asks what the collector counted. @throws Failure where it has not run for long enough */
export async function measure(metrics: Metrics, workload: Workload, minutes: number): Promise<Measured> {
  const [uptime] = await ask(metrics, 'max({__name__=~"otelcol_process_uptime(_seconds)?(_total)?"})');
  const running = (uptime?.value ?? 0) / 60;
  const looked = Math.min(minutes, Math.floor(running) - 1);
  if (looked < LEAST_MINUTES) {
    throw new Failure(
      `The collector has run for ${running.toFixed(1)} minutes, too short to measure: ask again when it has run for ${LEAST_MINUTES + 2}.`,
    );
  }
  const window = `[${looked * 60}s]`;
  const rate = async (query: string): Promise<number> =>
    Math.max(0, ...(await ask(metrics, query)).map(({ value }) => value)) / (looked * 60);
  // every backend gets the same; where it has several exporters, those of one signal
  const sent = (items: string): Promise<number> =>
    rate(`sum by (exporter) (increase({__name__=~"otelcol_exporter_sent_${items}(_total)?"}${window}))`);
  const calls = (labels: string): string =>
    `sum(increase({__name__=~"traces_span_metrics_calls(_total)?"${labels}}${window}))`;
  // as Grafana Cloud bills them
  const [count] = await ask(metrics, `quantile_over_time(0.95, count(${metrics.selector})[${looked}m:1m])`);
  return {
    minutes: looked,
    series: count?.value ?? 0,
    requests: await rate(calls(ofRequests(workload))),
    made: await rate(calls("")),
    points: await sent("metric_points"),
    spans: await sent("spans"),
    records: await sent("log_records"),
  };
}

/** Spans that are a request: those that services answer, or messages and commands where none answers any. */
function ofRequests({ services }: Workload): string {
  const answering = services.filter(({ role }) => role === "http");
  const names = (answering.length > 0 ? answering : services).map(({ name }) => name).join("|");
  const kinds = answering.length > 0 ? "SPAN_KIND_SERVER" : "SPAN_KIND_(SERVER|CONSUMER)";
  return `,service_name=~"${names}",span_kind=~"${kinds}"`;
}

const TOP = 8;

/** Metrics with the most series: what would be aggregated first to pay for fewer. */
export async function topSources(metrics: Metrics): Promise<readonly SeriesSource[]> {
  const most = await ask(metrics, `topk(${TOP}, count by (__name__) (${metrics.selector}))`);
  return Promise.all(
    most
      .toSorted((a, b) => b.value - a.value)
      .map(async ({ labels, value }) => {
        const metric = labels.__name__ ?? "";
        const label = widest(await seriesOf(metrics, metric));
        return { metric, series: value, ...(label && { label }) };
      }),
  );
}

/** The label with the most values. */
export function widest(series: readonly Sample["labels"][]): SeriesSource["label"] {
  const values = new Map<string, Set<string>>();
  for (const [name, value] of series.flatMap((labels) => Object.entries(labels))) {
    if (name === "__name__" || name === "le") continue;
    values.set(name, (values.get(name) ?? new Set()).add(value));
  }
  const [first] = [...values]
    .map(([name, those]) => ({ name, values: those.size }))
    .sort((a, b) => b.values - a.values);
  return first !== undefined && first.values > 1 ? first : undefined;
}

import type { Metric } from "../../../../dashboards/model/metric.ts";
import { attributeOf, originOf } from "./names.ts";
import { CASE_STEP, samplesOf, seriesOf } from "./notation.ts";

export type Attributes = Readonly<Record<string, string>>;

/** How often the pipeline reports a metric; samples of a case are held in between. */
const REPORT_STEP = 15;

/** One report of one metric with one set of attributes, before any backend has given it its own form. */
export interface Report {
  /** Seconds since the recording began. */
  readonly at: number;
  readonly metric: Metric;
  readonly attributes: Attributes;
  /** The same for all reports of one source with the same attributes. */
  readonly origin: string;
  /** Present value; of a counter the total since its start, of a histogram the number of measurements. */
  readonly value: number;
  /** Growth since the report before; 0 at the first. */
  readonly delta: number;
  /** Measurements since the report before, of a histogram: value and how many. */
  readonly measured: readonly Measured[];
}

export interface Measured {
  readonly value: number;
  readonly count: number;
}

/** A log record written again and again. */
export interface LogPattern {
  readonly service: string;
  readonly severity: number;
  readonly body: string;
  readonly every: number;
  readonly attributes?: Readonly<Record<string, number>>;
}

export interface LogRecord extends Omit<LogPattern, "every"> {
  readonly at: number;
}

/** What one system sent in the time of a case. */
export interface Recording {
  readonly reports: readonly Report[];
  readonly logs: readonly LogRecord[];
  /** Seconds. */
  readonly length: number;
}

/** Series in promtool's notation and log records, as the reports and records they were made of. */
export function record(
  series: Readonly<Record<string, string>>,
  logs: readonly LogPattern[],
  length: number,
): Recording {
  return {
    reports: reportsOf(series, length).toSorted((a, b) => a.at - b.at),
    logs: logs
      .flatMap(({ every, ...rest }) =>
        Array.from({ length: Math.floor(length / every) }, (_, index) => ({ ...rest, at: (index + 1) * every })),
      )
      .toSorted((a, b) => a.at - b.at),
    length,
  };
}

interface Curve {
  readonly metric: Metric;
  readonly attributes: Attributes;
  /** One total, or for a histogram one for each upper bound. */
  readonly totals: ReadonlyMap<number, readonly (number | undefined)[]>;
}

function reportsOf(series: Readonly<Record<string, string>>, length: number): readonly Report[] {
  const curves = new Map<string, Curve>();
  for (const [text, notation] of Object.entries(series)) {
    const { name, labels } = seriesOf(text);
    const { metric, part } = originOf(name);
    const { le, ...others } = labels;
    const attributes = Object.fromEntries(Object.entries(others).map(([label, value]) => [attributeOf(label), value]));
    const key = `${metric.name} ${JSON.stringify(attributes)}`;
    const bound = part === "bucket" ? Number(le === "+Inf" ? Infinity : le) : Infinity;
    const before = curves.get(key)?.totals ?? new Map<number, readonly (number | undefined)[]>();
    curves.set(key, { metric, attributes, totals: new Map([...before, [bound, samplesOf(notation)]]) });
  }
  return [...curves.values()].flatMap((curve) => reports(curve, length));
}

function reports(curve: Curve, length: number): readonly Report[] {
  const { metric, attributes } = curve;
  const bounds = [...curve.totals.keys()].sort((a, b) => a - b);
  const all = curve.totals.get(Infinity);
  if (all === undefined) throw new Error(`A histogram of ${metric.name} needs the bucket +Inf or a count.`);
  const origin = `${metric.source} ${JSON.stringify(Object.entries(attributes).sort())}`;
  const made: Report[] = [];
  for (let at = 0; at <= length; at += REPORT_STEP) {
    const index = Math.floor(at / CASE_STEP);
    const value = all[index];
    if (value === undefined) continue;
    const grown = (bound: number): number => {
      const totals = curve.totals.get(bound);
      const [now, before] = [totals?.[index], totals?.[index - 1]];
      // the growth of a step belongs to its beginning
      return at % CASE_STEP !== 0 || now === undefined || before === undefined ? 0 : Math.max(0, now - before);
    };
    const measured = bounds.map((bound, which) => {
      const lower = bounds[which - 1] ?? 0;
      const below = which === 0 ? 0 : grown(lower);
      return { value: bound === Infinity ? lower + 0.01 : (lower + bound) / 2, count: grown(bound) - below };
    });
    const delta = metric.kind === "counter" || metric.kind === "histogram" ? grown(Infinity) : 0;
    made.push({ at, metric, attributes, origin, value, delta, measured: metric.kind === "histogram" ? measured : [] });
  }
  return made;
}

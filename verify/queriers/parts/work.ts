import { list, object, text } from "../../json.ts";
import type { Work } from "../../query.ts";

/** What services did, out of the counters that the collector makes of spans. Pure. */

/** What is read: work that comes from outside, without what visitors' browsers claim. */
export const workQuery = (environment: string | undefined, seconds: number): string => {
  const scope = environment === undefined ? "" : `,deployment_environment_name=${JSON.stringify(environment)}`;
  const spans = 'span_kind=~"SPAN_KIND_(SERVER|CONSUMER)",telemetry_source!="browser"';
  return `{__name__=~"traces_span_metrics_(calls_total|duration_seconds_bucket)",${spans}${scope}}[${seconds}s]`;
};

interface Counts {
  requests: number;
  failed: number;
  /** Requests by the upper bound of their bucket, cumulative as Prometheus has them. */
  readonly within: Map<number, number>;
}

const SLOW_SECONDS = 0.5;

/** Reads an answer of Prometheus in the shape of a matrix. @param since what was counted before it is not counted */
export function workIn(answer: unknown, since: Date): ReadonlyMap<string, Work> {
  const services = new Map<string, Counts>();
  for (const series of list(object(object(answer).data).result)) {
    const { __name__: name, service_name: service, status_code: status, le } = object(object(series).metric);
    const count = increase(list(object(series).values), since.getTime() / 1000);
    const of = services.get(text(service)) ?? { requests: 0, failed: 0, within: new Map() };
    services.set(text(service), of);
    if (text(name).endsWith("_calls_total")) {
      of.requests += count;
      if (status === "STATUS_CODE_ERROR") of.failed += count;
    } else {
      const bound = le === "+Inf" ? Number.POSITIVE_INFINITY : Number(le);
      of.within.set(bound, (of.within.get(bound) ?? 0) + count);
    }
  }
  return new Map([...services].map(([service, of]) => [service, workOf(of)]));
}

/** What a counter counted after an instant; one that began anew, or that is new, counts from zero. */
function increase(values: readonly unknown[], since: number): number {
  let last: number | undefined;
  let total = 0;
  for (const value of values) {
    const [at, is] = list(value).map(Number);
    if (at === undefined || is === undefined) continue;
    if (at > since) total += last === undefined || is < last ? is : is - last;
    last = is;
  }
  return total;
}

function workOf({ requests, failed, within }: Counts): Work {
  const all = within.get(Number.POSITIVE_INFINITY) ?? 0;
  const median = medianOf(within, all);
  return {
    requests,
    failed,
    slow: all === 0 ? 0 : all - (within.get(SLOW_SECONDS) ?? all),
    ...(median !== undefined && { median }),
  };
}

/** Between the bounds of its bucket as if they were spread evenly. */
function medianOf(within: ReadonlyMap<number, number>, all: number): number | undefined {
  if (all === 0) return undefined;
  let [below, from] = [0, 0];
  for (const [bound, count] of [...within].toSorted(([a], [b]) => a - b)) {
    if (count >= all / 2) {
      return Number.isFinite(bound) ? from + ((bound - from) * (all / 2 - below)) / (count - below) : from;
    }
    [below, from] = [count, bound];
  }
  return undefined;
}

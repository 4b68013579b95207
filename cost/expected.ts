import { estimate } from "./estimate.ts";
import { MONTH_SECONDS } from "./usage.ts";
import type { Workload } from "./workload.ts";

/** Spans, metric points and log records a second at most, before sampling, all services together. */
export interface Rates {
  readonly spans: number;
  readonly points: number;
  readonly records: number;
}

/** Fewest, whatever is deployed: room for what nobody thought of. */
export const LEAST_RATE = 100;
/** Requests come unevenly: the busiest minutes of a day have several times its mean. */
const BUSIEST = 10;
/** Points come at the same rate day and night; the estimate of them is within a fifth of what was measured. */
const UNSURE = 1.25;

/** What is expected at most of a stack that does not say all of it: from the estimate of the cost, never below `LEAST_RATE`. Pure. */
export function expectedRates(
  workload: Workload,
  given: { readonly [Rate in keyof Rates]?: Rates[Rate] | undefined },
): Rates {
  const { parts, usage } = estimate(workload);
  const { traffic } = workload;
  const sum = (of: "spans" | "records"): number => parts.reduce((total, part) => total + part[of], 0);
  return {
    spans: given.spans ?? atLeast(BUSIEST * (traffic.spans ?? sum("spans"))),
    points: given.points ?? atLeast(UNSURE * (usage.points / MONTH_SECONDS)),
    records: given.records ?? atLeast(BUSIEST * (traffic.records ?? sum("records"))),
  };
}

/** In tens, so that a small change of a stack leaves its queues alone. */
const atLeast = (rate: number): number => Math.max(LEAST_RATE, Math.ceil(rate / 10) * 10);

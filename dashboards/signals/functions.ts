import { quantile, rate, ratio, times, top } from "../model/build.ts";
import type { Metric } from "../model/metric.ts";
import { signalsOf } from "../model/signal.ts";

const metric = (name: string): Metric => ({
  name: `traced.function.${name}`,
  kind: "histogram",
  unit: "s",
  source: "sdk:libraries",
  attributes: ["service.name", "code.function.name", "error.type"],
});

/** Calls of the functions that `services[].traced` names, by `code.function.name`; those that raised have an `error.type`. */
export const tracedDuration = metric("duration");
/** How much later than planned such a function, or a job of a scheduler, was called. */
export const tracedDelay = metric("delay");

const FUNCTION = ["code.function.name"];

/** A service's own functions, as far as they are traced. */
export function functionSignals(service: string) {
  const of = signalsOf(service);
  const where = { "service.name": service };
  const failed = { ...where, "error.type": { like: ".+" } } as const;
  return {
    calls: of("function-calls", "Calls", "per minute", {
      meaning: "Calls of the traced functions per minute, by function",
      value: times(rate(tracedDuration, { where, by: FUNCTION }), 60),
    }),
    latency: of("function-latency", "p95", "s", {
      meaning: "95 % of calls are done within this time, by function, the ten slowest",
      value: top(10, quantile(0.95, tracedDuration, { where, by: FUNCTION })),
    }),
    failures: of("function-failures", "Failed calls", "share", {
      meaning: "Share of calls that raised an exception, by function",
      value: ratio(
        rate(tracedDuration, { where: failed, by: FUNCTION }),
        rate(tracedDuration, { where, by: FUNCTION }),
      ),
    }),
    late: of("function-delay", "Late by", "s", {
      meaning: "95 % of calls begin at most this long after their time, by function",
      value: quantile(0.95, tracedDelay, { where, by: FUNCTION }),
    }),
  };
}

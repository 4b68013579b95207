/** What sampling leaves out: neither numbers nor slow traces may depend on it. */
import { kindOf, setting } from "../component.ts";
import { componentsIn, paths } from "./graph.ts";
import type { Rule } from "./rule.ts";

const SAMPLERS = new Set(["tail_sampling", "probabilistic_sampler", "trace_sampler"]);
const COUNTERS = new Set(["spanmetrics", "servicegraph", "count", "exceptions", "signaltometrics"]);

export const redAfterSampling: Rule = {
  id: "red-after-sampling",
  severity: "error",
  explain: "Rates and latencies are computed from sampled spans, so they are wrong by the sampling factor.",
  *find(p) {
    for (const { end, processors } of paths(p)) {
      const sampler = processors.findLast(({ id }) => SAMPLERS.has(kindOf(id)));
      if (sampler === undefined || !COUNTERS.has(kindOf(end))) continue;
      const message = `"${end}" derives metrics from spans after "${sampler.id}" in ${sampler.pipeline}`;
      yield { place: `connectors.${end}`, message, fix: `feed "${end}" from a pipeline before the sampler` };
    }
  },
};

export const samplingWindow: Rule = {
  id: "sampling-window",
  severity: "warning",
  explain: "A trace is judged when the decision time is over; one that takes longer cannot be recognised as slow.",
  *find(p) {
    for (const { place, component } of componentsIn(p, "processors", "tail_sampling")) {
      const wait = String(setting(component, "decision_wait") ?? "30s").match(/^(\d+)s$/)?.[1];
      const policies = setting(component, "policies");
      if (wait === undefined || !Array.isArray(policies)) continue;
      for (const policy of policies) {
        const threshold = setting({ kind: "policy", settings: Object(policy) }, "latency", "threshold_ms");
        if (typeof threshold !== "number" || threshold < Number(wait) * 1000) continue;
        const message = `the decision comes after ${wait} s, before a trace of ${threshold} ms has ended`;
        const fix = `set decision_wait to ${Math.ceil(threshold / 1000) + 5}s`;
        yield { place: `${place}.decision_wait`, message, fix };
      }
    }
  },
};

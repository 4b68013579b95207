import { kindOf } from "../component.ts";
import { paths } from "./graph.ts";
import type { Rule } from "./rule.ts";

const SAMPLERS = new Set(["tail_sampling", "probabilistic_sampler"]);
const COUNTERS = new Set(["spanmetrics", "servicegraph", "count", "exceptions", "signaltometrics"]);

export const redAfterSampling: Rule = {
  id: "red-after-sampling",
  severity: "error",
  explain: "Rates and latencies are computed from sampled spans, so they are wrong by the sampling factor.",
  find: (p) => {
    const findings = paths(p)
      .filter((path) => COUNTERS.has(kindOf(path.end)))
      .flatMap((path) => {
        const sampler = path.processors.findLast(({ id }) => SAMPLERS.has(kindOf(id)));
        if (sampler === undefined) return [];
        return [
          {
            place: `connectors.${path.end}`,
            message: `"${path.end}" derives metrics from spans after "${sampler.id}" in ${sampler.pipeline}`,
            fix: `feed "${path.end}" from a pipeline before the sampler`,
          },
        ];
      });
    return [...new Map(findings.map((f) => [f.place + f.message, f])).values()];
  },
};

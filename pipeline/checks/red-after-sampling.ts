import { kindOf } from "../model.ts";
import { ways } from "./graph.ts";
import type { Rule } from "./rule.ts";

const samplers = new Set(["tail_sampling", "probabilistic_sampler"]);
const counters = new Set(["spanmetrics", "servicegraph", "count", "exceptions", "signaltometrics"]);

export const redAfterSampling: Rule = {
  id: "red-after-sampling",
  severity: "error",
  explain: "Rates and latencies are computed from sampled spans, so they are wrong by the sampling factor.",
  find: (p) => {
    const findings = ways(p)
      .filter((way) => counters.has(kindOf(way.end)))
      .flatMap((way) => {
        const sampler = way.processors.findLast(({ id }) => samplers.has(kindOf(id)));
        if (sampler === undefined) return [];
        return [
          {
            at: `connectors.${way.end}`,
            message: `"${way.end}" counts spans after "${sampler.id}" in ${sampler.chain}`,
            fix: `feed "${way.end}" from a chain before the sampler`,
          },
        ];
      });
    return [...new Map(findings.map((f) => [f.at + f.message, f])).values()];
  },
};

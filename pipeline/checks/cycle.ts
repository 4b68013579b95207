import { kindOf, type PipelineGraph, pipelineId, type SignalPipeline } from "../model.ts";
import { chainAt, fedBy, isConnector } from "./graph.ts";
import type { Rule } from "./rule.ts";

export const cycle: Rule = {
  id: "cycle",
  severity: "error",
  explain: "Chains that feed each other in a circle: the collector does not start.",
  find: (p) =>
    p.service.pipelines
      .filter((chain) => reaches(p, chain, chain, new Set()))
      .map((chain) => ({
        at: chainAt(chain),
        message: `what leaves ${pipelineId(chain)} comes back to it`,
        fix: "break the circle: take one connector out of an exporter list",
      })),
};

function reaches(p: PipelineGraph, from: SignalPipeline, goal: SignalPipeline, seen: Set<SignalPipeline>): boolean {
  if (seen.has(from)) return false;
  seen.add(from);
  const next = from.exporters
    .filter((id) => isConnector(p, id))
    .flatMap((id) => fedBy(p, id).filter((chain) => kindOf(id) !== "forward" || chain.signal === from.signal));
  return next.some((chain) => chain === goal || reaches(p, chain, goal, seen));
}

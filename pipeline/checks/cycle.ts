import { kindOf } from "../component.ts";
import { type PipelineGraph, pipelineId, type SignalPipeline } from "../model.ts";
import { fedBy, isConnector, pipelineAt } from "./graph.ts";
import type { Rule } from "./rule.ts";

export const cycle: Rule = {
  id: "cycle",
  severity: "error",
  explain: "Pipelines feed each other in a cycle: the collector does not start.",
  find: (p) =>
    p.service.pipelines
      .filter((pipeline) => reaches(p, pipeline, pipeline, new Set()))
      .map((pipeline) => ({
        place: pipelineAt(pipeline),
        message: `${pipelineId(pipeline)} feeds itself`,
        fix: "break the cycle: remove one connector from an exporter list",
      })),
};

function reaches(p: PipelineGraph, from: SignalPipeline, goal: SignalPipeline, seen: Set<SignalPipeline>): boolean {
  if (seen.has(from)) return false;
  seen.add(from);
  const next = from.exporters
    .filter((id) => isConnector(p, id))
    .flatMap((id) => fedBy(p, id).filter((pipeline) => kindOf(id) !== "forward" || pipeline.signal === from.signal));
  return next.some((pipeline) => pipeline === goal || reaches(p, pipeline, goal, seen));
}

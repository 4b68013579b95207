import { pipelineAt } from "./graph.ts";
import type { Finding, Rule } from "./rule.ts";

export const emptyPipeline: Rule = {
  id: "empty-pipeline",
  severity: "error",
  explain: "A pipeline without receiver or exporter, or a collector without any pipeline, does not start.",
  find: (p): readonly Finding[] => {
    if (p.service.pipelines.length === 0) {
      return [
        { place: "service.pipelines", message: "no pipeline is configured", fix: "give at least one backend a signal" },
      ];
    }
    return p.service.pipelines.flatMap((pipeline) =>
      (["receivers", "exporters"] as const)
        .filter((side) => pipeline[side].length === 0)
        .map((side) => ({
          place: `${pipelineAt(pipeline)}.${side}`,
          message: `there are no ${side}`,
          fix: "add one, or remove the pipeline",
        })),
    );
  },
};

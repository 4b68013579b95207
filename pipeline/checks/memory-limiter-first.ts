import { kindOf } from "../component.ts";
import { pipelineAt } from "./graph.ts";
import type { Rule } from "./rule.ts";

export const memoryLimiterFirst: Rule = {
  id: "memory-limiter-first",
  severity: "error",
  explain:
    "Only a limiter in front of everything refuses data before memory is spent on it, so that the sender can retry.",
  find: (p) =>
    p.service.pipelines.flatMap((pipeline) => {
      const [first] = pipeline.processors;
      if (first !== undefined && kindOf(first) === "memory_limiter") return [];
      const present = pipeline.processors.some((id) => kindOf(id) === "memory_limiter");
      return [
        {
          place: `${pipelineAt(pipeline)}.processors`,
          message: present ? `memory_limiter comes after "${first}"` : "it has no memory_limiter",
          fix: "put memory_limiter first",
        },
      ];
    }),
};

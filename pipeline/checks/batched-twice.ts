import { componentId, kindOf, setting } from "../component.ts";
import { paths } from "./graph.ts";
import type { Rule } from "./rule.ts";

const samples = ({ id }: { readonly id: string }): boolean => kindOf(id) === "tail_sampling";

export const batchedTwice: Rule = {
  id: "batched-twice",
  severity: "error",
  explain:
    "A batch processor accepts data before it is safe on disk and hides the queue's errors; the exporter batches by itself. It belongs behind tail sampling only, which holds data in memory anyway.",
  find: (p) => {
    const findings = paths(p).flatMap((path) => {
      const exporter = p.exporters.find((e) => componentId(e) === path.end);
      if (exporter === undefined || setting(exporter, "sending_queue", "batch") === undefined) return [];
      return path.processors
        .filter(({ id }, i) => kindOf(id) === "batch" && !path.processors.slice(0, i).some(samples))
        .map(({ id, pipeline }) => ({
          place: `service.pipelines.${pipeline}.processors`,
          message: `"${id}" batches in front of "${path.end}", which batches itself`,
          fix: `remove "${id}" from the pipeline`,
        }));
    });
    return [...new Map(findings.map((f) => [f.place + f.message, f])).values()];
  },
};

import { componentId, kindOf } from "../model.ts";
import { setting, ways } from "./graph.ts";
import type { Rule } from "./rule.ts";

export const batchedTwice: Rule = {
  id: "batched-twice",
  severity: "error",
  explain:
    "A batch processor says yes to the sender before anything is safe on disk and swallows the queue's errors; the exporter batches by itself. Only directly behind tail sampling, which holds data in memory anyway, it is right.",
  find: (p) => {
    const findings = ways(p).flatMap((way) => {
      const exporter = p.exporters.find((e) => componentId(e) === way.end);
      if (exporter === undefined || setting(exporter, "sending_queue", "batch") === undefined) return [];
      return way.processors
        .filter(({ id }, i) => kindOf(id) === "batch" && kindOf(way.processors[i - 1]?.id ?? "") !== "tail_sampling")
        .map(({ id, chain }) => ({
          at: `service.pipelines.${chain}.processors`,
          message: `"${id}" batches in front of "${way.end}", which batches itself`,
          fix: `take "${id}" out of the chain`,
        }));
    });
    return [...new Map(findings.map((f) => [f.at + f.message, f])).values()];
  },
};

import { chainAt } from "./graph.ts";
import type { Finding, Rule } from "./rule.ts";

export const emptyPipeline: Rule = {
  id: "empty-pipeline",
  severity: "error",
  explain: "A chain without receiver or exporter, or a collector without any chain, does not start.",
  find: (p): readonly Finding[] => {
    if (p.service.pipelines.length === 0) {
      return [{ at: "service.pipelines", message: "there is no chain", fix: "give at least one backend a signal" }];
    }
    return p.service.pipelines.flatMap((chain) =>
      (["receivers", "exporters"] as const)
        .filter((side) => chain[side].length === 0)
        .map((side) => ({
          at: `${chainAt(chain)}.${side}`,
          message: `there are no ${side}`,
          fix: `add one, or remove the chain`,
        })),
    );
  },
};

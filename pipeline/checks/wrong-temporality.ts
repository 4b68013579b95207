import { componentId, kindOf, type PipelineGraph } from "../model.ts";
import { profiled } from "./backends.ts";
import { setting, type Way, ways } from "./graph.ts";
import type { Rule, Target } from "./rule.ts";

const cumulativeOnly = new Set(["prometheus", "prometheusremotewrite"]);

export const wrongTemporality: Rule = {
  id: "wrong-temporality",
  severity: "error",
  explain:
    "A backend that wants cumulative metrics drops deltas, or one that wants deltas miscounts cumulative ones. Conversion belongs into the chain of the backend that wants it.",
  find: (p, target) => {
    const wanted = wantedTemporality(p, target);
    const findings = ways(p).flatMap((way) => {
      const want = wanted.get(way.end);
      if (want === undefined || way.chains.at(-1)?.signal !== "metrics") return [];
      const cause = becomesDelta(p, way);
      if (want === "cumulative" && cause !== undefined) {
        return [
          {
            at: `exporters.${way.end}`,
            message: `its backend wants cumulative metrics and "${cause}" makes deltas`,
            fix: `move "${cause}" into the chain of the backend that wants deltas`,
          },
        ];
      }
      if (want === "delta" && cause === undefined) {
        return [
          {
            at: `exporters.${way.end}`,
            message: "its backend wants deltas and nothing before it converts",
            fix: "put cumulativetodelta into its chain",
          },
        ];
      }
      return [];
    });
    return [...new Map(findings.map((f) => [f.at + f.message, f])).values()];
  },
};

function wantedTemporality(p: PipelineGraph, target: Target): ReadonlyMap<string, "cumulative" | "delta"> {
  return new Map([
    ...p.exporters.filter((e) => cumulativeOnly.has(e.kind)).map((e) => [componentId(e), "cumulative"] as const),
    ...profiled(p, target).map(({ id, profile }) => [id, profile.temporality ?? "cumulative"] as const),
  ]);
}

/** What on the way makes deltas: a processor, or a connector that counts in deltas. */
function becomesDelta(p: PipelineGraph, way: Way): string | undefined {
  const processor = way.processors.find(({ id }) => kindOf(id) === "cumulativetodelta")?.id;
  if (processor !== undefined) return processor;
  const used = new Set(way.chains.flatMap((chain) => chain.receivers));
  const counter = p.connectors.find(
    (c) => used.has(componentId(c)) && setting(c, "aggregation_temporality") === "AGGREGATION_TEMPORALITY_DELTA",
  );
  return counter === undefined ? undefined : componentId(counter);
}

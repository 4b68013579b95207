import { componentId, kindOf, setting } from "../component.ts";
import type { PipelineGraph } from "../model.ts";
import { type Path, paths, profiled } from "./graph.ts";
import type { Rule, Target } from "./rule.ts";

const CUMULATIVE_ONLY = new Set(["prometheus", "prometheusremotewrite"]);

export const wrongTemporality: Rule = {
  id: "wrong-temporality",
  severity: "error",
  explain:
    "A backend for cumulative metrics drops deltas, and one for deltas miscounts cumulative ones. Conversion belongs in the pipeline of the backend that needs it.",
  *find(p, target) {
    const wanted = wantedTemporality(p, target);
    for (const path of paths(p)) {
      if (path.pipelines.at(-1)?.signal !== "metrics") continue;
      const want = wanted.get(path.end);
      const cause = becomesDelta(p, path);
      const place = `exporters.${path.end}`;
      if (want === "cumulative" && cause !== undefined) {
        const message = `its backend wants cumulative metrics and "${cause}" makes deltas`;
        yield { place, message, fix: `move "${cause}" into the pipeline of the backend that wants deltas` };
      }
      if (want === "delta" && cause === undefined) {
        const message = "its backend wants deltas and nothing before it converts";
        yield { place, message, fix: "put cumulativetodelta into its pipeline" };
      }
    }
  },
};

function wantedTemporality(p: PipelineGraph, target: Target): ReadonlyMap<string, "cumulative" | "delta"> {
  return new Map([
    ...p.exporters.filter((e) => CUMULATIVE_ONLY.has(e.kind)).map((e) => [componentId(e), "cumulative"] as const),
    ...profiled(p, target).map(({ id, profile }) => [id, profile.temporality ?? "cumulative"] as const),
  ]);
}

/** What on the path makes deltas: a processor, or a connector that emits deltas. */
function becomesDelta(p: PipelineGraph, path: Path): string | undefined {
  const processor = path.processors.find(({ id }) => kindOf(id) === "cumulativetodelta")?.id;
  if (processor !== undefined) return processor;
  const used = new Set(path.pipelines.flatMap((pipeline) => pipeline.receivers));
  const counter = p.connectors.find(
    (c) => used.has(componentId(c)) && setting(c, "aggregation_temporality") === "AGGREGATION_TEMPORALITY_DELTA",
  );
  return counter && componentId(counter);
}

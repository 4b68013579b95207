import { kindOf } from "../component.ts";
import { pipelineId } from "../model.ts";
import { type Path, paths } from "./graph.ts";
import type { Rule } from "./rule.ts";

const HARMLESS = new Set(["nop"]);

export const unredactedExporter: Rule = {
  id: "unredacted-exporter",
  severity: "error",
  explain:
    "Data reaches an exporter, or a connector that derives metrics from it, without passing a redaction processor: secrets and personal data leave with it.",
  find: (p) => {
    const findings = paths(p)
      .filter(
        (path) => !HARMLESS.has(kindOf(path.end)) && !path.processors.some(({ id }) => kindOf(id) === "redaction"),
      )
      .map((path) => ({
        place: `service.pipelines.${last(path)}.exporters`,
        message: `${path.pipelines[0]?.signal ?? "data"} of ${first(path)} reach "${path.end}" without redaction`,
        fix: `add a redaction processor to ${last(path)} or to a pipeline before it`,
      }));
    return [...new Map(findings.map((f) => [f.place + f.message, f])).values()];
  },
};

function first(path: Path): string {
  const [pipeline] = path.pipelines;
  return pipeline === undefined ? "" : pipelineId(pipeline);
}

function last(path: Path): string {
  const pipeline = path.pipelines.at(-1);
  return pipeline === undefined ? "" : pipelineId(pipeline);
}

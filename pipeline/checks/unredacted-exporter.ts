import { kindOf } from "../component.ts";
import { pipelineId } from "../model.ts";
import { paths } from "./graph.ts";
import type { Rule } from "./rule.ts";

/** Kinds of processors that remove secrets and personal data. */
const REDACTING = ["privacy", "redaction"];

export const unredactedExporter: Rule = {
  id: "unredacted-exporter",
  severity: "error",
  explain:
    "Data reaches an exporter, or a connector that derives metrics from it, without passing a privacy or redaction processor: secrets and personal data leave with it.",
  *find(p) {
    for (const { end, processors, pipelines } of paths(p)) {
      const [first, last] = [pipelines[0], pipelines.at(-1)];
      if (first === undefined || last === undefined || kindOf(end) === "nop") continue;
      if (processors.some(({ id }) => REDACTING.includes(kindOf(id)))) continue;
      yield {
        place: `service.pipelines.${pipelineId(last)}.exporters`,
        message: `${first.signal} of ${pipelineId(first)} reach "${end}" without redaction`,
        fix: `add a privacy or redaction processor to ${pipelineId(last)} or to a pipeline before it`,
      };
    }
  },
};

import { kindOf, pipelineId } from "../model.ts";
import { type Way, ways } from "./graph.ts";
import type { Rule } from "./rule.ts";

const harmless = new Set(["nop"]);

export const unredactedExit: Rule = {
  id: "unredacted-exit",
  severity: "error",
  explain:
    "Data leaves, or is counted by its names and attributes, without having passed a redaction processor: secrets and personal data go with it.",
  find: (p) => {
    const findings = ways(p)
      .filter((way) => !harmless.has(kindOf(way.end)) && !way.processors.some(({ id }) => kindOf(id) === "redaction"))
      .map((way) => ({
        at: `service.pipelines.${last(way)}.exporters`,
        message: `${way.chains[0]?.signal ?? "data"} of ${first(way)} reach "${way.end}" without redaction`,
        fix: `put a redaction processor into ${last(way)} or a chain before it`,
      }));
    return [...new Map(findings.map((f) => [f.at + f.message, f])).values()];
  },
};

function first(way: Way): string {
  const [chain] = way.chains;
  return chain === undefined ? "" : pipelineId(chain);
}

function last(way: Way): string {
  const chain = way.chains.at(-1);
  return chain === undefined ? "" : pipelineId(chain);
}

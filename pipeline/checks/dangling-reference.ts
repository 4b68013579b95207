import { componentId } from "../component.ts";
import { pipelineAt } from "./graph.ts";
import type { Finding, Rule } from "./rule.ts";

export const danglingReference: Rule = {
  id: "dangling-reference",
  severity: "error",
  explain:
    "A pipeline or the list of extensions names a component that is not configured; the collector does not start.",
  find: (p) => {
    const known = (lists: readonly (readonly { kind: string; name?: string }[])[]) =>
      new Set(lists.flat().map((c) => componentId(c)));
    const sides = {
      receivers: known([p.receivers, p.connectors]),
      processors: known([p.processors]),
      exporters: known([p.exporters, p.connectors]),
    };
    const inPipelines = p.service.pipelines.flatMap((pipeline) =>
      (["receivers", "processors", "exporters"] as const).flatMap((side) =>
        pipeline[side]
          .filter((id) => !sides[side].has(id))
          .map((id) => finding(`${pipelineAt(pipeline)}.${side}`, id, side)),
      ),
    );
    const extensions = known([p.extensions]);
    const started = p.service.extensions
      .filter((id) => !extensions.has(id))
      .map((id) => finding("service.extensions", id, "extensions"));
    return [...inPipelines, ...started];
  },
};

function finding(place: string, id: string, section: string): Finding {
  return {
    place,
    message: `"${id}" is not configured`,
    fix: `configure it under ${section}, or remove it from the list`,
  };
}

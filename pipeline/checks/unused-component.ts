import { componentId } from "../component.ts";
import { allComponents } from "./graph.ts";
import type { Rule } from "./rule.ts";

export const unusedComponent: Rule = {
  id: "unused-component",
  severity: "warning",
  explain: "A component is configured and is used in no pipeline: it does nothing, which is rarely intended.",
  find: (p) => {
    const used = new Set([
      ...p.service.pipelines.flatMap((pipeline) => [
        ...pipeline.receivers,
        ...pipeline.processors,
        ...pipeline.exporters,
      ]),
      ...p.service.extensions,
    ]);
    return allComponents(p)
      .map(({ place, role, component }) => ({ place, role, id: componentId(component) }))
      .filter(({ role, id }) => role !== "extension" && !used.has(id))
      .map(({ place, id }) => ({
        place,
        message: `"${id}" is used in no pipeline`,
        fix: "use it in a pipeline, or remove it",
      }));
  },
};

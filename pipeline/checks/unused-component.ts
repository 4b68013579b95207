import { componentId } from "../model.ts";
import type { Rule } from "./rule.ts";

export const unusedComponent: Rule = {
  id: "unused-component",
  severity: "warning",
  explain: "A component is configured and stands in no chain: it does nothing, which is rarely what was meant.",
  find: (p) => {
    const used = new Set([
      ...p.service.pipelines.flatMap((chain) => [...chain.receivers, ...chain.processors, ...chain.exporters]),
      ...p.service.extensions,
    ]);
    const sections = ["receivers", "processors", "connectors", "exporters"] as const;
    return sections.flatMap((section) =>
      p[section]
        .map((component) => componentId(component))
        .filter((id) => !used.has(id))
        .map((id) => ({
          at: `${section}.${id}`,
          message: `"${id}" stands in no chain`,
          fix: "use it in a chain, or remove it",
        })),
    );
  },
};

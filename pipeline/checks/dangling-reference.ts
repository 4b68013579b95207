import { componentId } from "../model.ts";
import { chainAt } from "./graph.ts";
import type { Finding, Rule } from "./rule.ts";

export const danglingReference: Rule = {
  id: "dangling-reference",
  severity: "error",
  explain:
    "A chain or the list of extensions names a component that is configured nowhere; the collector does not start.",
  find: (p) => {
    const known = (lists: readonly (readonly { kind: string; name?: string }[])[]) =>
      new Set(lists.flat().map((c) => componentId(c)));
    const sides = {
      receivers: known([p.receivers, p.connectors]),
      processors: known([p.processors]),
      exporters: known([p.exporters, p.connectors]),
    };
    const inChains = p.service.pipelines.flatMap((chain) =>
      (["receivers", "processors", "exporters"] as const).flatMap((side) =>
        chain[side].filter((id) => !sides[side].has(id)).map((id) => finding(`${chainAt(chain)}.${side}`, id, side)),
      ),
    );
    const extensions = known([p.extensions]);
    const started = p.service.extensions
      .filter((id) => !extensions.has(id))
      .map((id) => finding("service.extensions", id, "extensions"));
    return [...inChains, ...started];
  },
};

function finding(at: string, id: string, section: string): Finding {
  return { at, message: `"${id}" is not configured`, fix: `configure it under ${section}, or take it out of the list` };
}

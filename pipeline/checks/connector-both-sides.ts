import { componentId, kindOf } from "../component.ts";
import { fedBy, feeding } from "./graph.ts";
import type { Rule } from "./rule.ts";

export const connectorBothSides: Rule = {
  id: "connector-both-sides",
  severity: "error",
  explain:
    "A connector is the exporter of one pipeline and the receiver of another; with one side missing the collector does not start.",
  find: (p) =>
    p.connectors.flatMap((connector) => {
      const id = componentId(connector);
      const into = feeding(p, id);
      const out = fedBy(p, id);
      if (into.length === 0 && out.length === 0) return [];
      const place = `connectors.${id}`;
      if (into.length === 0) {
        return [
          {
            place,
            message: `no pipeline exports to "${id}"`,
            fix: "add it to the exporters of the pipeline that feeds it",
          },
        ];
      }
      if (out.length === 0) {
        return [
          {
            place,
            message: `no pipeline receives from "${id}"`,
            fix: "add it to the receivers of the pipeline it feeds",
          },
        ];
      }
      if (kindOf(id) !== "forward") return [];
      return into
        .filter((pipeline) => !out.some((next) => next.signal === pipeline.signal))
        .map((pipeline) => ({
          place,
          message: `"${id}" receives ${pipeline.signal} and no ${pipeline.signal} pipeline receives from it`,
          fix: `add it to the receivers of a ${pipeline.signal} pipeline`,
        }));
    }),
};

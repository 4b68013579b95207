import { componentId, kindOf } from "../model.ts";
import { fedBy, feeding } from "./graph.ts";
import type { Rule } from "./rule.ts";

export const connectorBothSides: Rule = {
  id: "connector-both-sides",
  severity: "error",
  explain:
    "A connector is the exporter of one chain and the receiver of another; with one side missing the collector does not start.",
  find: (p) =>
    p.connectors.flatMap((connector) => {
      const id = componentId(connector);
      const into = feeding(p, id);
      const out = fedBy(p, id);
      if (into.length === 0 && out.length === 0) return [];
      const at = `connectors.${id}`;
      if (into.length === 0) {
        return [
          { at, message: `no chain exports to "${id}"`, fix: "add it to the exporters of the chain that feeds it" },
        ];
      }
      if (out.length === 0) {
        return [
          { at, message: `no chain receives from "${id}"`, fix: "add it to the receivers of the chain it feeds" },
        ];
      }
      if (kindOf(id) !== "forward") return [];
      return into
        .filter((chain) => !out.some((next) => next.signal === chain.signal))
        .map((chain) => ({
          at,
          message: `"${id}" takes ${chain.signal} and no ${chain.signal} chain receives from it`,
          fix: `add it to the receivers of a ${chain.signal} chain`,
        }));
    }),
};

import { secretsIn } from "../reference.ts";
import { allComponents } from "./graph.ts";
import type { Rule } from "./rule.ts";

export const missingSecret: Rule = {
  id: "missing-secret",
  severity: "error",
  explain: "A secret file that does not exist stops the collector at start.",
  find: (p, target) => {
    if (target.secrets === undefined) return [];
    const given = new Set(target.secrets);
    return allComponents(p).flatMap(({ place, component }) =>
      [...secretsIn(component.settings)]
        .filter((name) => !given.has(name))
        .map((name) => ({
          place,
          message: `secret "${name}" is not provided`,
          fix: `let the backend or data store that names it provide a secret "${name}"`,
        })),
    );
  },
};

import { kindOf } from "../model.ts";
import { chainAt } from "./graph.ts";
import type { Rule } from "./rule.ts";

export const memoryLimiterFirst: Rule = {
  id: "memory-limiter-first",
  severity: "error",
  explain:
    "Only a limiter in front of everything refuses data before memory is spent on it, and refuses it to the sender, who can try again.",
  find: (p) =>
    p.service.pipelines.flatMap((chain) => {
      const [first] = chain.processors;
      if (first !== undefined && kindOf(first) === "memory_limiter") return [];
      const present = chain.processors.some((id) => kindOf(id) === "memory_limiter");
      return [
        {
          at: `${chainAt(chain)}.processors`,
          message: present ? `memory_limiter comes after "${first}"` : "there is no memory_limiter",
          fix: "put memory_limiter first",
        },
      ];
    }),
};

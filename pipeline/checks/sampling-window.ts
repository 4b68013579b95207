import { componentId, setting } from "../component.ts";
import type { Rule } from "./rule.ts";

export const samplingWindow: Rule = {
  id: "sampling-window",
  severity: "warning",
  explain: "A trace is judged when the decision time is over; one that takes longer cannot be recognised as slow.",
  find: (p) =>
    p.processors
      .filter((processor) => processor.kind === "tail_sampling")
      .flatMap((processor) => {
        const wait = String(setting(processor, "decision_wait") ?? "30s").match(/^(\d+)s$/)?.[1];
        const policies = setting(processor, "policies");
        if (wait === undefined || !Array.isArray(policies)) return [];
        return policies.flatMap((policy: unknown) => {
          const threshold: unknown = setting({ kind: "policy", settings: Object(policy) }, "latency", "threshold_ms");
          if (typeof threshold !== "number" || threshold < Number(wait) * 1000) return [];
          return [
            {
              place: `processors.${componentId(processor)}.decision_wait`,
              message: `the decision comes after ${wait} s, before a trace of ${threshold} ms has ended`,
              fix: `set decision_wait to ${Math.ceil(threshold / 1000) + 5}s`,
            },
          ];
        });
      }),
};

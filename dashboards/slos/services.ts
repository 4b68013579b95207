import { serviceBoardId } from "../boards/service.ts";
import type { ServiceFacts } from "../facts.ts";
import { atMost, rate } from "../model/build.ts";
import { type Objective, objective } from "../model/objective.ts";
import { FAST_ENOUGH, requestsOf } from "../signals/http.ts";
import { ENTRY, spanCalls, WELL } from "../signals/spans.ts";

/** What a service promises by its role. Daemons promise nothing here: nobody waits for a run of theirs. */
export function serviceObjectives(service: ServiceFacts): readonly Objective[] {
  const { name, role, runtime } = service;
  const base = { service: name, board: serviceBoardId(name) } as const;
  switch (role) {
    case "http": {
      const { count, duration, all, well } = requestsOf(name, runtime);
      const valid = rate(count, { where: all });
      return [
        objective(`${name}-availability`, {
          ...base,
          name: `${name} availability`,
          promise: `A request to ${name} is answered without a server error`,
          valid,
          good: rate(count, { where: well }),
          target: 0.995,
          runbook: "slo-availability",
        }),
        objective(`${name}-latency`, {
          ...base,
          name: `${name} latency`,
          promise: `A request to ${name} is answered within half a second`,
          // of the histogram itself: a counter's first event counts at once, a histogram's at its second, so the two together call a first request slow
          valid: rate(duration, { where: all }),
          good: atMost(FAST_ENOUGH, duration, { where: all }),
          target: 0.95,
          runbook: "slo-latency",
        }),
      ];
    }
    case "worker":
    case "bot": {
      const work = { "service.name": name, ...ENTRY };
      return [
        objective(`${name}-success`, {
          ...base,
          name: `${name} success`,
          promise: `What ${name} takes in is handled without an error`,
          valid: rate(spanCalls, { where: work }),
          good: rate(spanCalls, { where: { ...work, ...WELL } }),
          target: 0.99,
          runbook: "slo-success",
        }),
      ];
    }
    case "daemon":
    case "frontend":
      return [];
    default:
      return role satisfies never;
  }
}

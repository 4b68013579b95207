import { testsOf } from "../../compile/honeycomb-filters.ts";
import { eventFilters } from "../../compile/honeycomb-terms.ts";
import type { Expression } from "../../model/expression.ts";
import { readsLogs } from "../../model/expression.ts";
import { approximated, EXACT, type Fidelity, worst } from "../../model/fidelity.ts";
import type { Objective } from "../../model/objective.ts";
import type { RulesConfig } from "../context.ts";

/** A derived column that is true, false or null per event, and the objective over it. */
export interface HoneycombSlo {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Dataset of the service whose events are judged. */
  readonly dataset: string;
  readonly sli: { readonly alias: string; readonly expression: string; readonly description: string };
  readonly targetPercentage: number;
  readonly timePeriod: number;
  readonly burnAlerts: readonly { readonly alertType: "exhaustion_time"; readonly exhaustionMinutes: number }[];
}

/** Objectives with the events that count as the condition and the good ones as the answer. Needs a plan with SLOs. */
export function renderHoneycombSlos(config: RulesConfig): readonly HoneycombSlo[] {
  return config.content.objectives.map((objective) => ({
    id: objective.id,
    name: `${objective.name} (${config.environment})`,
    description: objective.promise,
    dataset: objective.service,
    sli: {
      alias: `sli.${objective.id}`,
      expression: `IF(${test(objective.valid)}, ${test(objective.good)})`,
      description: objective.promise,
    },
    targetPercentage: Number((objective.target * 100).toPrecision(6)),
    timePeriod: objective.days,
    burnAlerts: [
      { alertType: "exhaustion_time", exhaustionMinutes: 240 },
      { alertType: "exhaustion_time", exhaustionMinutes: 1440 },
    ],
  }));
}

/**
 * An SLO judges events, and of spans there are only those that sampling has kept: each counts as often as its sample rate says. A burn alert
 * is a type and a time, with no place for a least number of failures.
 * https://www.pulumi.com/registry/packages/honeycombio/api-docs/burnalert/
 */
export function honeycombSloFidelity(objective: Objective): Fidelity {
  const counted = "counted from spans, each as many times as its sample rate says";
  return worst([
    readsLogs(objective.valid) ? EXACT : approximated(counted),
    approximated("a burn alert fires however few have failed"),
  ]);
}

/** Whether an event is one that an expression counts. */
function test(expression: Expression): string {
  const filters = eventFilters(expression);
  if (filters === undefined) {
    throw new Error(`An SLI judges events, and "${expression.op}" is no count of events: use rate, atMost or logRate.`);
  }
  return `AND(${testsOf(filters).join(", ")})`;
}

import type { Expression, Match, Where } from "../../model/expression.ts";
import { approximated, EXACT, type Fidelity } from "../../model/fidelity.ts";
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

export function honeycombSloFidelity(objective: Objective): Fidelity {
  return objective.valid.op === "log-rate" ? EXACT : approximated("counted from the spans that sampling kept");
}

function test(expression: Expression): string {
  switch (expression.op) {
    case "rate":
      return all([...conditions(expression.where), ...entry(expression.metric.source)]);
    case "at-most":
      return all([
        ...conditions(expression.where),
        ...entry(expression.metric.source),
        `LTE($duration_ms, ${expression.bound * 1000})`,
      ]);
    case "log-rate":
      return all([
        ...conditions(expression.where),
        ...(expression.contains === undefined ? [] : [`CONTAINS($body, "${expression.contains}")`]),
        ...(expression.atMost === undefined
          ? []
          : [`LTE($${expression.atMost.attribute}, ${expression.atMost.value})`]),
      ]);
    default:
      throw new Error(
        `An SLI judges events, and "${expression.op}" is no count of events: use rate, atMost or logRate.`,
      );
  }
}

function entry(source: string): readonly string[] {
  return source === "sdk:http-server" ? ['EQUALS($span.kind, "server")'] : [];
}

function conditions(where: Where): readonly string[] {
  return Object.entries(where).map(([attribute, match]) => condition(attribute, match));
}

function condition(attribute: string, match: Match): string {
  if (attribute === "status.code")
    return typeof match === "string" ? "EQUALS($error, true)" : "NOT(EQUALS($error, true))";
  if (attribute === "span.kind" && (typeof match === "string" || Array.isArray(match))) {
    const kinds = [match].flat().map((kind) => `"${String(kind).replace("SPAN_KIND_", "").toLowerCase()}"`);
    return kinds.length === 1 ? `EQUALS($span.kind, ${kinds[0]})` : `IN($span.kind, ${kinds.join(", ")})`;
  }
  const column = attribute === "span.name" ? "$name" : `$${attribute}`;
  if (typeof match === "string") return `EQUALS(${column}, "${match}")`;
  if ("unlike" in match) return `LT(${column}, 500)`;
  if ("like" in match) return `STARTS_WITH(${column}, "${match.like.replace(/\.\*$/, "")}")`;
  if ("not" in match) return `NOT(EQUALS(${column}, "${match.not}"))`;
  if ("without" in match) return `NOT(OR(${match.without.map((text) => `CONTAINS(${column}, "${text}")`).join(", ")}))`;
  return `IN(${column}, ${match.map((one) => `"${one}"`).join(", ")})`;
}

function all(tests: readonly string[]): string {
  return tests.length === 1 ? (tests[0] ?? "true") : `AND(${tests.join(", ")})`;
}

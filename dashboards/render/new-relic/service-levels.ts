import { conditions } from "../../compile/nrql.ts";
import type { Expression, Where } from "../../model/expression.ts";
import { readsLogs } from "../../model/expression.ts";
import { approximated, EXACT, type Fidelity } from "../../model/fidelity.ts";
import type { Objective } from "../../model/objective.ts";
import { activeObjectives, type RulesConfig, ruleScope } from "../rules-config.ts";

/** Properties of `newrelic.ServiceLevel`, without the guid of the service's entity and the account. */
export interface NewRelicServiceLevel {
  readonly name: string;
  readonly description: string;
  /** `service.name` of the entity it belongs to; the entity exists once telemetry has arrived. */
  readonly service: string;
  readonly validEvents: { readonly from: "Span" | "Log"; readonly where: string };
  readonly goodEvents: { readonly from: "Span" | "Log"; readonly where: string };
  readonly objective: {
    readonly target: number;
    readonly timeWindow: { readonly rolling: { readonly count: number; readonly unit: "DAY" } };
  };
  readonly fidelity: Fidelity;
}

/** Objectives as service levels: counted from spans, since service levels cannot divide distributions. */
export function renderNewRelicServiceLevels(config: RulesConfig): readonly NewRelicServiceLevel[] {
  return activeObjectives(config).map((objective) => serviceLevel(objective, ruleScope(config)));
}

export function serviceLevelFidelity(objective: Objective): Fidelity {
  return readsLogs(objective.valid) ? EXACT : approximated("counted from the spans that sampling kept");
}

function serviceLevel(objective: Objective, scope: Where): NewRelicServiceLevel {
  const from = readsLogs(objective.valid) ? "Log" : "Span";
  return {
    name: objective.name,
    description: objective.promise,
    service: objective.service,
    validEvents: { from, where: events(objective.valid, scope) },
    goodEvents: { from, where: events(objective.good, scope) },
    objective: {
      target: Number((objective.target * 100).toPrecision(6)),
      timeWindow: { rolling: { count: objective.days, unit: "DAY" } },
    },
    fidelity: serviceLevelFidelity(objective),
  };
}

/** Which events an expression counts. HTTP server metrics are the server spans, under another name. */
function events(expression: Expression, scope: Where): string {
  switch (expression.op) {
    case "rate":
      return all([...conditions(scope), ...spanConditions(expression.where), ...entry(expression.metric.source)]);
    case "at-most":
      return all([
        ...conditions(scope),
        ...spanConditions(expression.where),
        ...entry(expression.metric.source),
        `duration.ms <= ${expression.bound * 1000}`,
      ]);
    case "log-rate": {
      const bound =
        expression.atMost === undefined
          ? []
          : [`numeric(${expression.atMost.attribute}) <= ${expression.atMost.value}`];
      const text = expression.contains === undefined ? [] : [`message LIKE '%${expression.contains}%'`];
      return all([...conditions({ ...scope, ...expression.where }), ...text, ...bound]);
    }
    default:
      throw new Error(
        `A service level counts events, and "${expression.op}" is no count: use rate, atMost or logRate.`,
      );
  }
}

function entry(source: string): readonly string[] {
  return source === "sdk:http-server" ? ["span.kind = 'server'"] : [];
}

/** Span attributes as New Relic names them. */
function spanConditions(where: Where): readonly string[] {
  return Object.entries(where).flatMap(([attribute, match]) => {
    if (attribute === "span.kind" && typeof match === "string")
      return [`span.kind = '${match.replace("SPAN_KIND_", "").toLowerCase()}'`];
    if (attribute === "status.code")
      return [typeof match === "string" ? "otel.status_code = 'ERROR'" : "otel.status_code != 'ERROR'"];
    if (attribute === "span.name") return conditions({ name: match });
    if (attribute === "http.response.status_code" && typeof match === "object" && "unlike" in match)
      return ["http.response.status_code < 500"];
    return conditions({ [attribute]: match });
  });
}

function all(parts: readonly string[]): string {
  return parts.join(" AND ");
}

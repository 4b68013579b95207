import { conditions } from "../../compile/nrql.ts";
import type { Expression, Where } from "../../model/expression.ts";
import { readsLogs } from "../../model/expression.ts";
import { approximated, EXACT, type Fidelity } from "../../model/fidelity.ts";
import { BURN_WINDOWS, type Objective } from "../../model/objective.ts";
import { activeObjectives, type RulesConfig, ruleScope } from "../context.ts";

/** Properties of `newrelic.ServiceLevel`, without the guid of the service's entity and the account. */
export interface NewRelicServiceLevel {
  /** Stable name for the resource. */
  readonly id: string;
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
  readonly burnRates: readonly NewRelicBurnRate[];
  readonly fidelity: Fidelity;
}

/** When an error budget burns too fast: a condition on the service level's own numbers. Durations in seconds. */
export interface NewRelicBurnRate {
  /** `1h` */
  readonly window: string;
  readonly name: string;
  /** Per cent of events that may be bad. */
  readonly threshold: number;
  readonly evaluation: number;
  /** How often the window moves on; New Relic wants at least a 24th of the longer one. */
  readonly slideBy: number;
}

/** Windows a condition can look back over: six hours at most. */
const BURN_SECONDS: Readonly<Record<string, { readonly evaluation: number; readonly slideBy: number }>> = {
  "1h": { evaluation: 3600, slideBy: 60 },
  "6h": { evaluation: 21_600, slideBy: 900 },
};

/** The share of bad events that a service level itself reports, in per cent. */
export const burnRateQuery = (sliGuid: string): string =>
  `FROM Metric SELECT 100 - clamp_max(sum(newrelic.sli.good) / sum(newrelic.sli.valid) * 100, 100) WHERE entity.guid = '${sliGuid}'`;

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
    id: objective.id,
    name: objective.name,
    description: objective.promise,
    service: objective.service,
    validEvents: { from, where: events(objective.valid, scope) },
    goodEvents: { from, where: events(objective.good, scope) },
    objective: {
      target: Number((objective.target * 100).toPrecision(6)),
      timeWindow: { rolling: { count: objective.days, unit: "DAY" } },
    },
    burnRates: burnRates(objective),
    fidelity: serviceLevelFidelity(objective),
  };
}

function burnRates({ name, target }: Objective): readonly NewRelicBurnRate[] {
  return BURN_WINDOWS.flatMap(({ long, factor }) => {
    const seconds = BURN_SECONDS[long];
    if (seconds === undefined) return [];
    const threshold = Number(((1 - target) * 100 * factor).toPrecision(6));
    // a threshold no share can reach would never be met
    return threshold >= 100
      ? []
      : [{ window: long, name: `${name}: the error budget burns ${factor} times too fast`, threshold, ...seconds }];
  });
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

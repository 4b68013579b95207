import { compileNrql } from "../../compile/nrql.ts";
import type { Expression, Where } from "../../model/expression.ts";
import { type Fidelity, worst } from "../../model/fidelity.ts";
import { BURN_WINDOWS, LEAST_FAILED, type Objective } from "../../model/objective.ts";
import { type RulesConfig, ruleScope } from "../context.ts";

/** Properties of `newrelic.ServiceLevel`, without the guid of the service's entity and the account. */
export interface NewRelicServiceLevel {
  /** Stable name for the resource. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** `service.name` of the entity it belongs to; the entity exists once telemetry has arrived. */
  readonly service: string;
  readonly validEvents: ServiceLevelEvents;
  readonly goodEvents: ServiceLevelEvents;
  readonly objective: {
    readonly target: number;
    readonly timeWindow: { readonly rolling: { readonly count: number; readonly unit: "DAY" } };
  };
  readonly burnRates: readonly NewRelicBurnRate[];
  readonly fidelity: Fidelity;
}

/**
 * What a service level counts. Without `select`, rows.
 * https://docs.newrelic.com/docs/service-level-management/create-slm/#sli-queries
 */
export interface ServiceLevelEvents {
  readonly from: "Metric" | "Log";
  readonly select?: {
    readonly function: "COUNT" | "SUM" | "GET_CDF_COUNT";
    readonly attribute: string;
    /** Of GET_CDF_COUNT: what is counted is at most this. */
    readonly threshold?: number;
  };
  readonly where: string;
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

/** The share of bad events that a service level itself reports, in per cent; nothing of it where fewer than the least number were bad. */
export const burnRateQuery = (sliGuid: string): string => {
  const [good, valid] = ["sum(newrelic.sli.good)", "sum(newrelic.sli.valid)"];
  const share = `(100 - clamp_max(${good} / ${valid} * 100, 100))`;
  const enough = `clamp_max(floor((${valid} - ${good}) / ${LEAST_FAILED}), 1)`;
  return `FROM Metric SELECT ${share} * ${enough} WHERE entity.guid = '${sliGuid}'`;
};

/** Objectives as service levels, counted from metrics: the collector makes those before it samples spans. */
export function renderNewRelicServiceLevels(config: RulesConfig): readonly NewRelicServiceLevel[] {
  return config.content.objectives.map((objective) => serviceLevel(objective, ruleScope(config)));
}

/** How far a service level is what the objective says. */
export function serviceLevelFidelity({ valid, good }: Objective): Fidelity {
  return worst([valid, good].map((one) => compileNrql(one, {}).fidelity));
}

function serviceLevel(objective: Objective, scope: Where): NewRelicServiceLevel {
  return {
    id: objective.id,
    name: objective.name,
    description: objective.promise,
    service: objective.service,
    validEvents: events(objective.valid, scope),
    goodEvents: events(objective.good, scope),
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

/** Which events an expression counts, and by which function. */
function events(expression: Expression, scope: Where): ServiceLevelEvents {
  const { from, where } = compileNrql(expression, scope);
  switch (expression.op) {
    case "rate": {
      const select = expression.metric.kind === "histogram" ? "COUNT" : "SUM";
      return { from, select: { function: select, attribute: expression.metric.name }, where };
    }
    case "at-most": {
      const select = {
        function: "GET_CDF_COUNT",
        attribute: expression.metric.name,
        threshold: expression.bound,
      } as const;
      return { from, select, where };
    }
    case "log-rate":
      return { from, where };
    default:
      throw new Error(
        `A service level counts events, and "${expression.op}" is no count: use rate, atMost or logRate.`,
      );
  }
}

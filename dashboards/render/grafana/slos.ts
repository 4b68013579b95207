import { compilePromql } from "../../compile/promql.ts";
import { ratio } from "../../model/build.ts";
import { readsLogs } from "../../model/expression.ts";
import { type RulesConfig, ruleScope } from "../context.ts";

/** Properties of `grafana.slo.SLO`, without the folder. */
export interface GrafanaSlo {
  /** Of the objective. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly objectives: readonly { readonly value: number; readonly window: string }[];
  readonly queries: readonly { readonly type: "freeform"; readonly freeform: { readonly query: string } }[];
  readonly destinationDatasource: { readonly uid: string };
  readonly labels: readonly { readonly key: string; readonly value: string }[];
}

/**
 * Objectives for Grafana Cloud's SLO app. Those counted from logs it cannot keep; their burn-rate rules exist all the same. Without alerting
 * of its own: the burn-rate rules are the same on every backend.
 * @param prometheus uid of the data source that the app reads from and records to
 */
export function renderGrafanaSlos(config: RulesConfig, prometheus: string): readonly GrafanaSlo[] {
  const context = { scope: ruleScope(config), window: "$__rate_interval" };
  return config.content.objectives
    .filter((slo) => !readsLogs(slo.valid))
    .map((slo) => ({
      id: slo.id,
      name: `${slo.name} (${config.environment})`,
      description: slo.promise,
      objectives: [{ value: slo.target, window: `${slo.days}d` }],
      queries: [{ type: "freeform" as const, freeform: { query: compilePromql(ratio(slo.good, slo.valid), context) } }],
      destinationDatasource: { uid: prometheus },
      labels: [
        { key: "environment", value: config.environment },
        { key: "service", value: slo.service },
      ],
    }));
}

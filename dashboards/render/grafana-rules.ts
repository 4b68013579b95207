import { alertQuery, errorRatio } from "../compile/condition.ts";
import { duration } from "../compile/duration.ts";
import { compilePromql } from "../compile/promql.ts";
import type { Alert } from "../model/alert.ts";
import { ratio } from "../model/build.ts";
import { readsLogs } from "../model/expression.ts";
import { BURN_WINDOWS, type Objective } from "../model/objective.ts";
import { burnLimit, percent } from "./prometheus-rules.ts";
import {
  activeAlerts,
  activeObjectives,
  boardLink,
  type RulesConfig,
  ruleLabels,
  ruleScope,
  runbook,
} from "./rules-config.ts";

/** One query or expression of a Grafana rule; `model` is JSON text, as the provider takes it. */
export interface GrafanaRuleData {
  readonly refId: string;
  readonly datasourceUid: string;
  readonly relativeTimeRange: { readonly from: number; readonly to: number };
  readonly model: string;
}

export interface GrafanaRule {
  readonly name: string;
  readonly condition: string;
  readonly datas: readonly GrafanaRuleData[];
  readonly for: string;
  readonly noDataState: "OK" | "Alerting";
  readonly execErrState: "Error";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Absent while calibrating: the rule runs, nobody is told. */
  readonly notificationSettings?: { readonly contactPoint: string; readonly groupBies: readonly string[] };
}

/** Properties of `grafana.alerting.RuleGroup`, without the folder. */
export interface GrafanaRuleGroup {
  readonly name: string;
  readonly intervalSeconds: number;
  readonly rules: readonly GrafanaRule[];
}

export interface GrafanaRulesConfig extends RulesConfig {
  readonly dataSources: { readonly prometheus: string; readonly loki: string };
  /** Name of the contact point; undefined deploys every rule silent. */
  readonly contactPoint?: string;
}

/** Properties of `grafana.slo.SLO`, without the folder. */
export interface GrafanaSlo {
  readonly name: string;
  readonly description: string;
  readonly objectives: readonly { readonly value: number; readonly window: string }[];
  readonly queries: readonly { readonly type: "freeform"; readonly freeform: { readonly query: string } }[];
  readonly destinationDatasource: { readonly uid: string };
  readonly labels: readonly { readonly key: string; readonly value: string }[];
}

const EXPRESSION = "__expr__";

/** Alerts and burn rates as rule groups. Routing is per rule: the account's notification policy belongs to others. */
export function renderGrafanaRules(config: GrafanaRulesConfig): readonly GrafanaRuleGroup[] {
  const groups = [
    { name: "inspections", intervalSeconds: 60, rules: activeAlerts(config).map((alert) => alertRule(alert, config)) },
    {
      name: "burn-rates",
      intervalSeconds: 60,
      rules: activeObjectives(config).flatMap((slo) => burnRules(slo, config)),
    },
  ];
  return groups.map((group) => ({ ...group, name: `game-scheduler-${config.environment}-${group.name}` }));
}

/** Objectives for Grafana Cloud's SLO app. Those counted from logs it cannot keep; their burn-rate rules exist all the same. */
export function renderGrafanaSlos(config: GrafanaRulesConfig): readonly GrafanaSlo[] {
  const context = {
    dialect: config.dialect ?? "receivers",
    scope: ruleScope(config),
    window: "$__rate_interval",
  } as const;
  return activeObjectives(config)
    .filter((slo) => !readsLogs(slo.valid))
    .map((slo) => ({
      name: slo.name,
      description: slo.promise,
      objectives: [{ value: slo.target, window: `${slo.days}d` }],
      queries: [{ type: "freeform" as const, freeform: { query: compilePromql(ratio(slo.good, slo.valid), context) } }],
      destinationDatasource: { uid: config.dataSources.prometheus },
      labels: [
        { key: "environment", value: config.environment },
        { key: "service", value: slo.service },
      ],
    }));
}

function alertRule(alert: Alert, config: GrafanaRulesConfig): GrafanaRule {
  const query = alertQuery(alert, { dialect: config.dialect ?? "receivers", scope: ruleScope(config) });
  return {
    name: alert.title,
    condition: "C",
    datas: [data("A", query, config), threshold("C", "A", alert.op, alert.threshold)],
    for: duration(alert.forSeconds),
    noDataState: alert.noData === "alarm" ? "Alerting" : "OK",
    execErrState: "Error",
    labels: ruleLabels(alert.id, alert.severity, config),
    annotations: {
      summary: alert.title,
      description: `${alert.signal.meaning}. Limit ${alert.threshold}.`,
      runbook_url: runbook(alert, config),
      board: boardLink(alert.board, config),
    },
    ...settings(config),
  };
}

function burnRules(slo: Objective, config: GrafanaRulesConfig): readonly GrafanaRule[] {
  const context = { dialect: config.dialect ?? "receivers", scope: ruleScope(config) } as const;
  return BURN_WINDOWS.map((burn) => {
    const limit = burnLimit(slo, burn);
    return {
      name: `${slo.name}: budget burns ${burn.factor} times too fast (${burn.long})`,
      condition: "C",
      datas: [
        data("A", errorRatio(slo, burn.long, context), config),
        data("B", errorRatio(slo, burn.short, context), config),
        expression("C", { type: "math", expression: `$A > ${limit} && $B > ${limit}` }),
      ],
      for: duration(burn.forSeconds),
      // without traffic there is nothing to fail
      noDataState: "OK" as const,
      execErrState: "Error" as const,
      labels: { ...ruleLabels(`slo-${slo.id}`, burn.severity, config), slo: slo.id, window: burn.long },
      annotations: {
        summary: `${slo.name}: the error budget burns ${burn.factor} times too fast`,
        description: `${slo.promise}: promised for ${percent(slo.target)} over ${slo.days} days.`,
        runbook_url: runbook({ id: `slo-${slo.id}` }, config),
        board: boardLink(slo.board, config),
      },
      ...settings(config),
    };
  });
}

function settings(config: GrafanaRulesConfig): Pick<GrafanaRule, "notificationSettings"> {
  if (config.contactPoint === undefined || config.calibration === true) return {};
  return { notificationSettings: { contactPoint: config.contactPoint, groupBies: ["alertname", "grafana_folder"] } };
}

function data(
  refId: string,
  query: { readonly store: "metrics" | "logs"; readonly expr: string },
  config: GrafanaRulesConfig,
): GrafanaRuleData {
  const model =
    query.store === "metrics"
      ? { expr: query.expr, instant: true, range: false, refId }
      : { expr: query.expr, queryType: "instant", refId };
  return {
    refId,
    datasourceUid: query.store === "metrics" ? config.dataSources.prometheus : config.dataSources.loki,
    relativeTimeRange: { from: 600, to: 0 },
    model: JSON.stringify(model),
  };
}

function threshold(refId: string, on: string, op: Alert["op"], limit: number): GrafanaRuleData {
  return expression(refId, {
    type: "threshold",
    expression: on,
    conditions: [{ evaluator: { type: op === ">" ? "gt" : "lt", params: [limit] } }],
  });
}

function expression(refId: string, model: Readonly<Record<string, unknown>>): GrafanaRuleData {
  return {
    refId,
    datasourceUid: EXPRESSION,
    relativeTimeRange: { from: 0, to: 0 },
    model: JSON.stringify({ ...model, refId }),
  };
}

import { goDuration } from "../../../formats/go.ts";
import { expiryAlerts } from "../../alerts/expiry.ts";
import { alertQuery, errorRatio, eventCount } from "../../compile/condition.ts";
import type { Identity } from "../../compile/presence.ts";
import type { PromqlContext } from "../../compile/promql.ts";
import { compileTraceql } from "../../compile/traceql.ts";
import type { Alert } from "../../model/alert.ts";
import type { Where } from "../../model/expression.ts";
import { type Objective, reachableWindows } from "../../model/objective.ts";
import { activeAlerts, boardLink, type RulesConfig, ruleLabels, ruleScope, runbook } from "../context.ts";
import { burnLimit, FAILED_LIMIT, percent } from "../prometheus/rules.ts";
import { type GrafanaRouting, settingsFor } from "./routing.ts";
import type { GrafanaRule, GrafanaRuleData, GrafanaRuleGroup } from "./rule.ts";
import { logsQuery, math, metricsQuery, threshold } from "./rule-data.ts";
import { grafanaUid } from "./uid.ts";

export type { GrafanaRule, GrafanaRuleData, GrafanaRuleGroup } from "./rule.ts";

export interface GrafanaRulesConfig extends RulesConfig {
  readonly dataSources: {
    readonly prometheus: string;
    readonly loki: string;
    /** Tempo, for links to traces. */
    readonly tempo?: string;
  };
  /** Beginning of the rules' uids; one of its own for each stack where several share a Grafana. */
  readonly rulePrefix: string;
  readonly routing: GrafanaRouting;
  /** How the metrics' server names a service that is there. Default: attributes. */
  readonly identity?: Identity;
}

/** Alerts and burn rates as rule groups. Routing is per rule: the account's notification policy belongs to others. */
export function renderGrafanaRules(config: GrafanaRulesConfig): readonly GrafanaRuleGroup[] {
  const groups = [
    { id: "alert-rules", intervalSeconds: 60, rules: activeAlerts(config).map((alert) => alertRule(alert, config)) },
    {
      id: "burn-rates",
      intervalSeconds: 60,
      rules: config.content.objectives.flatMap((slo) => burnRules(slo, config)),
    },
  ];
  return groups.map((group) => ({ ...group, name: ruleGroupName(group.id, config) }));
}

export const ruleGroupName = (
  name: string,
  { content, environment }: Pick<RulesConfig, "content" | "environment">,
): string => `${content.namespace}-${environment}-${name}`;

/** The rule that notifies before a token expires. */
export function grafanaExpiryRule(
  expiry: Parameters<typeof expiryAlerts>[0][number],
  config: GrafanaRulesConfig,
): GrafanaRule {
  const [alert] = expiryAlerts([expiry]);
  if (alert === undefined) throw new Error(`"${expiry.name}" made no alert.`);
  return alertRule(alert, config);
}

function alertRule(alert: Alert, config: GrafanaRulesConfig): GrafanaRule {
  const query = alertQuery(alert, contextOf(config));
  return {
    uid: grafanaUid(`${config.rulePrefix}-${alert.id}`),
    name: alert.title,
    condition: "C",
    datas: [data("A", query, config), threshold("C", "A", alert.op, alert.threshold)],
    for: goDuration(alert.forSeconds),
    noDataState: alert.noData.is === "alarm" ? "Alerting" : "OK",
    execErrState: "Error",
    labels: ruleLabels(alert.id, alert.severity, config),
    annotations: {
      summary: alert.title,
      description: `${alert.signal.meaning}. Limit ${alert.threshold}.`,
      ...runbookAnnotation(alert, config),
      board: boardLink(alert.board, config),
      ...(alert.traces && tracesLink(alert.traces, config)),
    },
    ...settings(alert.severity, config),
  };
}

function burnRules(slo: Objective, config: GrafanaRulesConfig): readonly GrafanaRule[] {
  const context = contextOf(config);
  return reachableWindows(slo).map((burn) => {
    const limit = burnLimit(slo, burn);
    return {
      uid: grafanaUid(`${config.rulePrefix}-slo-${slo.id}-${burn.long}`),
      name: `${slo.name}: budget burns ${burn.factor} times too fast (${burn.long})`,
      condition: "D",
      datas: [
        data("A", errorRatio(slo, burn.long, context), config),
        data("B", errorRatio(slo, burn.short, context), config),
        data("C", eventCount(slo, burn.long, context), config),
        math("D", `$A > ${limit} && $B > ${limit} && $A * $C > ${FAILED_LIMIT}`),
      ],
      for: goDuration(burn.forSeconds),
      // without traffic there is nothing to fail
      noDataState: "OK" as const,
      execErrState: "Error" as const,
      labels: { ...ruleLabels(`slo-${slo.id}`, burn.severity, config), slo: slo.id, window: burn.long },
      annotations: {
        summary: `${slo.name}: the error budget burns ${burn.factor} times too fast`,
        description: `${slo.promise}: promised for ${percent(slo.target)} over ${slo.days} days.`,
        ...runbookAnnotation(slo, config),
        board: boardLink(slo.board, config),
        ...tracesLink({ "service.name": slo.service }, config),
      },
      ...settings(burn.severity, config),
    };
  });
}

function contextOf(config: GrafanaRulesConfig): Omit<PromqlContext, "window"> {
  const { identity } = config;
  return { scope: ruleScope(config), ...(identity && { identity }) };
}

/** Grafana makes a button of `runbook_url`, which leads nowhere for a path in the project; other annotations it shows as text. */
function runbookAnnotation(
  of: Pick<Alert | Objective, "runbook">,
  config: GrafanaRulesConfig,
): Readonly<Record<string, string>> {
  const page = runbook(of, config);
  return config.runbookBase === undefined ? { runbook: page } : { runbook_url: page };
}

function settings(
  severity: Alert["severity"],
  { routing }: GrafanaRulesConfig,
): Pick<GrafanaRule, "notificationSettings"> {
  const notificationSettings = settingsFor(severity, routing);
  return notificationSettings === undefined ? {} : { notificationSettings };
}

function data(
  refId: string,
  { store, expr }: { readonly store: "metrics" | "logs"; readonly expr: string },
  { dataSources }: GrafanaRulesConfig,
): GrafanaRuleData {
  return store === "metrics"
    ? metricsQuery(refId, dataSources.prometheus, expr)
    : logsQuery(refId, dataSources.loki, expr);
}

/** Traces of the last hour that help, in Grafana's Explore. */
function tracesLink(where: Where, config: GrafanaRulesConfig): { readonly traces?: string } {
  const { tempo } = config.dataSources;
  if (tempo === undefined || config.grafanaUrl === undefined) return {};
  const query = compileTraceql({ where, pick: "latest" }, ruleScope(config));
  const queries = [{ refId: "A", datasource: { type: "tempo", uid: tempo }, queryType: "traceql", query, limit: 20 }];
  const panes = { traces: { datasource: tempo, queries, range: { from: "now-1h", to: "now" } } };
  const search = new URLSearchParams({ schemaVersion: "1", panes: JSON.stringify(panes) });
  return { traces: `${config.grafanaUrl.replace(/\/$/, "")}/explore?${search}` };
}

import { toYaml } from "../../../formats/yaml.ts";
import {
  alertQuery,
  errorRatio,
  eventCount,
  eventsWithin,
  failureShare,
  RULE_WINDOW,
} from "../../compile/condition.ts";
import { duration } from "../../compile/duration.ts";
import { compileLogsql } from "../../compile/logsql.ts";
import type { Alert } from "../../model/alert.ts";
import { logRate, orZero } from "../../model/build.ts";
import { type Expression, groupedBy, readsLogs } from "../../model/expression.ts";
import { prometheusLabel } from "../../model/metric.ts";
import { type BurnWindow, LEAST_FAILED, type Objective, reachableWindows, SLO_WINDOWS } from "../../model/objective.ts";
import { activeAlerts, boardLink, type RulesConfig, ruleLabels, ruleScope, runbook } from "../context.ts";

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Group {
  readonly name: string;
  readonly interval: string;
  readonly type?: "vlogs";
  readonly rules: readonly Rule[];
}

/** Name of a number that vmalert counts from log records and writes to Prometheus, which judges it. */
const LOG_SIGNAL = "logs:signal";

/** A number that is always there while records can be counted: where it is missing, every alert about log records is blind. */
const LOGS_COUNTED = "logs-counted";

/** Windows that hold many records are counted less often. */
const LONG_WINDOWS: readonly string[] = ["6h", "3d"];

/** What a Prometheus judges besides the stack's own alerts. */
export interface Surroundings {
  /** Prometheus scrapes the Alertmanager that it sends to. Default: false. */
  readonly alertmanager?: boolean;
}

/** Rules for Prometheus, as the text of a rule file: all alerts, of log records those numbers that `renderLogRules` records. */
export function renderPrometheusRules(config: RulesConfig, surroundings: Surroundings = {}): string {
  const { namespace, objectives } = config.content;
  return file([
    {
      name: `${namespace}-alerts`,
      interval: "30s",
      rules: [
        ...activeAlerts(config).map((alert) => alertRule(alert, alertExpression(alert, config), config)),
        ...alertingRules(config, surroundings).map((rule) => alertingRule(rule, config)),
      ],
    },
    {
      name: `${namespace}-objectives`,
      interval: "30s",
      rules: objectives
        .filter(({ valid }) => !readsLogs(valid))
        .flatMap((slo) => [
          ...SLO_WINDOWS.map((window) =>
            recording(slo, ratioName(window), errorRatio(slo, window, { scope: ruleScope(config) }).expr, config),
          ),
          ...reachableWindows(slo).map(({ long }) =>
            recording(slo, eventsName(long), eventCount(slo, long, { scope: ruleScope(config) }).expr, config),
          ),
        ]),
    },
    { name: `${namespace}-burn-rates`, interval: "30s", rules: objectives.flatMap((slo) => burnRules(slo, config)) },
  ]);
}

/** Rules for vmalert over VictoriaLogs: recordings only. Undefined where nothing is counted from log records. */
export function renderLogRules(config: RulesConfig): string | undefined {
  if (!countsLogs(config)) return undefined;
  const { namespace, objectives } = config.content;
  const scope = ruleScope(config);
  const signals = new Map(
    activeAlerts(config).flatMap(({ signal }) => (readsLogs(signal.value) ? [[signal.id, signal] as const] : [])),
  );
  const ofLogs = objectives.filter(({ valid }) => readsLogs(valid));
  const record = (slo: Objective, name: string, value: Expression, window: string): Rule =>
    recording(slo, name, compileLogsql(value, { window, scope }), config);
  const counts = (windows: readonly string[]): readonly Rule[] =>
    ofLogs.flatMap((slo) => [
      ...windows.map((window) => record(slo, ratioName(window), failureShare(slo), window)),
      ...reachableWindows(slo)
        .filter(({ long }) => windows.includes(long))
        .map(({ long }) => record(slo, eventsName(long), eventsWithin(slo, long), long)),
    ]);
  const recordSignal = (signal: string, expr: string): Rule => ({
    record: LOG_SIGNAL,
    expr,
    labels: { signal, environment: config.environment, ...NO_RESULT_NAME },
  });
  return file([
    {
      name: `${namespace}-logs`,
      interval: "30s",
      type: "vlogs" as const,
      rules: [
        recordSignal(LOGS_COUNTED, compileLogsql(orZero(logRate("info", {})), { window: RULE_WINDOW, scope })),
        ...[...signals.values()].map(({ id, value }) =>
          recordSignal(id, compileLogsql(value, { window: RULE_WINDOW, scope })),
        ),
        ...counts(SLO_WINDOWS.filter((window) => !LONG_WINDOWS.includes(window))),
      ],
    },
    { name: `${namespace}-logs-long`, interval: "2m", type: "vlogs" as const, rules: counts(LONG_WINDOWS) },
  ]);
}

/** vmalert names the function of the query in a label; an empty one is none. */
const NO_RESULT_NAME = { stats_result: "" };

const file = (groups: readonly Group[]): string => toYaml({ groups: groups.filter(({ rules }) => rules.length > 0) });

function alertExpression({ signal, ...alert }: Alert, config: RulesConfig): string {
  if (!readsLogs(signal.value)) return alertQuery({ signal, ...alert }, { scope: ruleScope(config) }).expr;
  const by = groupedBy(signal.value).map(prometheusLabel);
  const recorded = `${LOG_SIGNAL}{signal=${JSON.stringify(signal.id)}, environment=${JSON.stringify(config.environment)}}`;
  return by.length === 0 ? `sum(${recorded})` : `sum by (${by.join(", ")}) (${recorded})`;
}

function alertRule(alert: Alert, expr: string, config: RulesConfig): Rule {
  const left = /^[\w(){}=~",.[\]|^$*+\\ -]*$/.test(expr) && !/ (or|and|unless|[-+*/]) /.test(expr) ? expr : `(${expr})`;
  return {
    alert: pascal(alert.id),
    expr: `${left} ${alert.op} ${alert.threshold}`,
    ...(alert.forSeconds === 0 ? {} : { for: duration(alert.forSeconds) }),
    labels: ruleLabels(alert.id, alert.severity, config),
    annotations: {
      summary: alert.title,
      description: `${alert.signal.meaning}. Now {{ $value }}, limit ${alert.threshold}.`,
      runbook: runbook(alert, config),
      board: boardLink(alert.board, config),
    },
  };
}

/** A rule about alerting itself, which no signal of the stack tells. */
export interface AlertingRule extends Pick<Alert, "id" | "runbook" | "title" | "severity" | "board"> {
  /** One sentence without its full stop. */
  readonly meaning: string;
  readonly expr: string;
  readonly for?: string;
}

/** The rules that this renderer adds to those of the models. */
export function alertingRules(
  config: RulesConfig,
  { alertmanager = false }: Surroundings = {},
): readonly AlertingRule[] {
  const counted = `${LOG_SIGNAL}{signal="${LOGS_COUNTED}", environment="${config.environment}"}`;
  const logRulesSilent: AlertingRule = {
    id: "log-rules-silent",
    runbook: "log-rules-silent",
    severity: "ticket",
    board: "collector",
    title: "Alerts about log records are blind",
    meaning: "Nothing counted the log records for ten minutes, so that no alert or objective about them can fire",
    expr: `absent_over_time(${counted}[5m])`,
    for: "5m",
  };
  const alertsUndelivered: AlertingRule = {
    id: "alerts-undelivered",
    runbook: "alerts-undelivered",
    severity: "page",
    board: "collector",
    title: "Alerts do not reach the people they are for",
    meaning:
      "Alertmanager could not deliver several messages within 15 minutes; the label integration says by which way",
    // one failure may pass, and an increase is extrapolated: a single one reads as 1.03
    expr: "sum by (integration) (increase(alertmanager_notifications_failed_total[15m])) > 1.5",
  };
  return [...(countsLogs(config) ? [logRulesSilent] : []), ...(alertmanager ? [alertsUndelivered] : [])];
}

/** Whether any rule is about log records. */
const countsLogs = (config: RulesConfig): boolean =>
  activeAlerts(config).some(({ signal }) => readsLogs(signal.value)) ||
  config.content.objectives.some(({ valid }) => readsLogs(valid));

function alertingRule({ expr, meaning, title, ...rule }: AlertingRule, config: RulesConfig): Rule {
  return {
    alert: pascal(rule.id),
    expr,
    ...(rule.for !== undefined && { for: rule.for }),
    labels: ruleLabels(rule.id, rule.severity, config),
    annotations: {
      summary: title,
      description: `${meaning}.`,
      runbook: runbook(rule, config),
      board: boardLink(rule.board, config),
    },
  };
}

function recording(slo: Objective, record: string, expr: string, { environment }: RulesConfig): Rule {
  const labels = { slo: slo.id, environment, ...(readsLogs(slo.valid) && NO_RESULT_NAME) };
  return { record, expr, labels };
}

const ratioName = (window: string): string => `slo:error_ratio:rate${window}`;
const eventsName = (window: string): string => `slo:events:increase${window}`;

function burnRules(slo: Objective, config: RulesConfig): readonly Rule[] {
  const of = (name: string): string => `${name}{slo="${slo.id}", environment="${config.environment}"}`;
  return reachableWindows(slo).map((burn) => {
    const limit = burnLimit(slo, burn);
    return {
      alert: burnName(slo, burn),
      expr: [
        `${of(ratioName(burn.long))} > ${limit}`,
        `${of(ratioName(burn.short))} > ${limit}`,
        `${of(ratioName(burn.long))} * ${of(eventsName(burn.long))} > ${FAILED_LIMIT}`,
      ].join(" and "),
      for: duration(burn.forSeconds),
      labels: { ...ruleLabels(`slo-${slo.id}`, burn.severity, config), slo: slo.id, window: burn.long },
      annotations: {
        summary: `${slo.name}: the error budget burns ${burn.factor} times too fast`,
        description: `${slo.promise}: promised for ${percent(slo.target)} over ${slo.days} days, but {{ $value | humanizePercentage }} failed in ${burn.long}.`,
        runbook: runbook(slo, config),
        board: boardLink(slo.board, config),
      },
    };
  });
}

/** What the number of failures must exceed. Half of one below the least, since an increase is extrapolated and a share of it is no whole number. */
export const FAILED_LIMIT = LEAST_FAILED - 0.5;

/** Share of failures at which the budget burns `factor` times too fast. */
export function burnLimit(slo: Objective, burn: BurnWindow): number {
  return Number((burn.factor * (1 - slo.target)).toPrecision(6));
}

/** Name of a burn-rate alert, one per objective and window. */
export function burnName(slo: Objective, burn: BurnWindow): string {
  return `${pascal(slo.id)}Burn${burn.long}`;
}

export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`;
}

/** `queue-age` as Prometheus names alerts: `QueueAge`. */
export function pascal(id: string): string {
  return id
    .split("-")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

import { toYaml } from "../../../formats/yaml.ts";
import { alertQuery, errorRatio } from "../../compile/condition.ts";
import { duration } from "../../compile/duration.ts";
import type { Alert } from "../../model/alert.ts";
import { type BurnWindow, type Objective, reachableWindows, SLO_WINDOWS } from "../../model/objective.ts";
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
  readonly rules: readonly Rule[];
}

/** Rules for Prometheus, as the text of a rule file. What is counted from logs is in `renderLokiRules`. */
export function renderPrometheusRules(config: RulesConfig): string {
  return render("metrics", config);
}

/** Rules for Loki's ruler, the same format with LogQL. */
export function renderLokiRules(config: RulesConfig): string {
  return render("logs", config);
}

function render(store: "metrics" | "logs", config: RulesConfig): string {
  const context = { scope: ruleScope(config) };
  const { namespace } = config.content;
  const alerts = activeAlerts(config).flatMap((alert) => {
    const query = alertQuery(alert, context);
    return query.store === store ? [alertRule(alert, query.expr, config)] : [];
  });
  const objectives = config.content.objectives.filter(
    (objective) => errorRatio(objective, "5m", context).store === store,
  );
  const groups: readonly Group[] = [
    { name: `${namespace}-alerts`, interval: "30s", rules: alerts },
    ...(store === "metrics"
      ? [
          {
            name: `${namespace}-objectives`,
            interval: "30s",
            rules: objectives.flatMap((slo) => recordings(slo, context, config)),
          },
        ]
      : []),
    {
      name: `${namespace}-burn-rates`,
      interval: "30s",
      rules: objectives.flatMap((slo) => burnRules(slo, store, context, config)),
    },
  ];
  return toYaml({ groups: groups.filter((group) => group.rules.length > 0) });
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

type Context = Parameters<typeof errorRatio>[2];

function recordings(slo: Objective, context: Context, config: RulesConfig): readonly Rule[] {
  return SLO_WINDOWS.map((window) => ({
    record: recordName(window),
    expr: errorRatio(slo, window, context).expr,
    labels: { slo: slo.id, environment: config.environment },
  }));
}

function recordName(window: string): string {
  return `slo:error_ratio:rate${window}`;
}

function burnRules(slo: Objective, store: "metrics" | "logs", context: Context, config: RulesConfig): readonly Rule[] {
  const ratio = (window: string): string =>
    store === "metrics"
      ? `${recordName(window)}{slo="${slo.id}", environment="${config.environment}"}`
      : `(${errorRatio(slo, window, context).expr})`;
  return reachableWindows(slo).map((burn) => {
    const limit = burnLimit(slo, burn);
    return {
      alert: burnName(slo, burn),
      expr: `${ratio(burn.long)} > ${limit} and ${ratio(burn.short)} > ${limit}`,
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

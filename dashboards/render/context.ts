import { type Expiry, expiryAlerts } from "../alerts/expiry.ts";
import { ALERTS, runbookPath } from "../alerts/index.ts";
import type { Dialect } from "../compile/promql.ts";
import type { Alert } from "../model/alert.ts";
import type { BoardDiagnostic } from "../model/availability.ts";
import type { Where } from "../model/expression.ts";
import type { Objective } from "../model/objective.ts";
import { BASE_SOURCES, type Source } from "../model/source.ts";
import { withTargets } from "../slos/index.ts";
import { boardUid } from "./grafana/config.ts";

/** What alerts and objectives of every backend are made from. */
export interface RulesConfig {
  /** Only this environment's data is judged; a stack owns its own alerts. */
  readonly environment: string;
  readonly dialect?: Dialect;
  /** What the pipeline contains. Default: `BASE_SOURCES`. */
  readonly sources?: readonly Source[];
  /** Targets a person has set, by objective, for example `{ "api-latency": 0.99 }`. */
  readonly targets?: Readonly<Record<string, number>>;
  /** Tokens whose end is known. */
  readonly expiries?: readonly Expiry[];
  /** True: rules run and are seen, but nobody is told, until their thresholds have proven themselves. */
  readonly calibration?: boolean;
  /** Where runbooks are read. Default: paths in the project. */
  readonly runbookBase?: string;
  /** Address of the Grafana with the boards, for links. */
  readonly grafanaUrl?: string;
  /** Beginning of the boards' uids there. Default: game-scheduler. */
  readonly boardPrefix?: string;
}

/** Alerts whose sources are deployed. */
export function activeAlerts(config: RulesConfig): readonly Alert[] {
  return [...ALERTS, ...expiryAlerts(config.expiries ?? [])].filter(
    (alert) => missing(alert.signal.sources, config).length === 0,
  );
}

/** Objectives whose sources are deployed, with their targets. */
export function activeObjectives(config: RulesConfig): readonly Objective[] {
  return withTargets(config.targets ?? {}).filter((objective) => missing(objective.sources, config).length === 0);
}

/** Alerts and objectives left out for want of their source; an error where they are not a choice. */
export function ruleDiagnostics(config: RulesConfig): readonly BoardDiagnostic[] {
  const alerts = ALERTS.map((alert) => ({ at: `alerts.${alert.id}`, of: alert, sources: alert.signal.sources }));
  const objectives = withTargets(config.targets ?? {}).map((slo) => ({
    at: `slos.${slo.id}`,
    of: slo,
    sources: slo.sources,
  }));
  return [...alerts, ...objectives].flatMap(({ at, of, sources }) => {
    const lacking = missing(sources, config);
    if (lacking.length === 0) return [];
    return [
      {
        id: "source-not-deployed" as const,
        severity: of.optional === true ? ("warning" as const) : ("error" as const),
        at,
        message: `it needs ${lacking.join(" and ")}, which is not deployed`,
        fix: "deploy the source, or remove the rule",
        docs: "docs/dashboards.md#sources",
      },
    ];
  });
}

/** Every rule judges one environment. */
export function ruleScope(config: RulesConfig): Where {
  return { "deployment.environment.name": config.environment };
}

export function ruleLabels(id: string, severity: string, config: RulesConfig): Readonly<Record<string, string>> {
  return {
    severity,
    rule: id,
    environment: config.environment,
    ...(config.calibration === true ? { calibration: "true" } : {}),
  };
}

export function runbook(alert: Pick<Alert, "id">, config: RulesConfig): string {
  const path = runbookPath(alert);
  return config.runbookBase === undefined ? path : `${config.runbookBase.replace(/\/$/, "")}/${path}`;
}

/** Where a person looks: the board, and traces of the same moment. */
export function boardLink(board: string, config: RulesConfig): string {
  const path = `/d/${boardUid(board, config.boardPrefix)}?var-environment=${encodeURIComponent(config.environment)}`;
  return config.grafanaUrl === undefined ? path : `${config.grafanaUrl.replace(/\/$/, "")}${path}`;
}

function missing(sources: readonly Source[], config: RulesConfig): readonly Source[] {
  const deployed = config.sources ?? BASE_SOURCES;
  return sources.filter((source) => !deployed.includes(source));
}

import { type Expiry, expiryAlerts } from "../alerts/expiry.ts";
import type { Content } from "../content.ts";
import type { Alert } from "../model/alert.ts";
import type { Where } from "../model/expression.ts";
import type { Objective } from "../model/objective.ts";
import { boardUid } from "./grafana/config.ts";

/** What alerts and objectives of every backend are made from. */
export interface RulesConfig {
  /** Only this environment's data is judged; a stack owns its own alerts. */
  readonly environment: string;
  /** What is shown and judged of this stack. */
  readonly content: Content;
  /** Tokens whose end is known. */
  readonly expiries?: readonly Expiry[];
  /** True: rules run and are seen, but nobody is notified, until their thresholds have proven themselves. */
  readonly calibration?: boolean;
  /** Where runbooks are read. Default: paths in the project. */
  readonly runbookBase?: string;
  /** Address of the Grafana with the boards, for links. */
  readonly grafanaUrl?: string;
  /** Beginning of the boards' uids there. Default: the namespace. */
  readonly boardPrefix?: string;
}

/** The stack's alerts, and those of tokens that end. */
export function activeAlerts({ content, expiries = [] }: RulesConfig): readonly Alert[] {
  return [...content.alerts, ...expiryAlerts(expiries)];
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

/** The page of an alert's or objective's runbook. */
export function runbook(of: Pick<Alert | Objective, "runbook">, config: RulesConfig): string {
  const path = runbookPath(of);
  return config.runbookBase === undefined ? path : `${config.runbookBase.replace(/\/$/, "")}/${path}`;
}

/** Where a person looks: the board, and traces of the same moment. */
export function boardLink(board: string, config: RulesConfig): string {
  const path = `/d/${boardUid(board, config)}?var-environment=${encodeURIComponent(config.environment)}`;
  return config.grafanaUrl === undefined ? path : `${config.grafanaUrl.replace(/\/$/, "")}${path}`;
}

/** The same, relative to the project. */
export function runbookPath({ runbook: page }: Pick<Alert | Objective, "runbook">): string {
  return `docs/runbooks/${page}.md`;
}

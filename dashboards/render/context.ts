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
  /** Address of the project's top folder, or of its `docs/runbooks/`, where people read it. Default: none, runbooks are named by their paths. */
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

/** The page of an alert's or objective's runbook: its address, or its path in the project where nothing says where that is read. */
export function runbook(of: Pick<Alert | Objective, "runbook">, config: RulesConfig): string {
  const path = runbookPath(of);
  const base = runbookBaseOf(config);
  return base === undefined ? path : `${base}/${path}`;
}

/** Where people read the project's files, without a slash at the end; undefined where nothing says it. */
export function runbookBaseOf({ runbookBase }: Pick<RulesConfig, "runbookBase">): string | undefined {
  // both are what somebody calls the place of the runbooks
  return runbookBase?.replace(/(\/docs\/runbooks)?\/*$/, "");
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

import { compileHoneycomb, type HoneycombQuery } from "../../compile/honeycomb.ts";
import { compileTriggers } from "../../compile/honeycomb-trigger.ts";
import type { Alert, AlertSeverity } from "../../model/alert.ts";
import { type Fidelity, unsupported } from "../../model/fidelity.ts";
import { activeAlerts, type RulesConfig, ruleScope, runbook } from "../context.ts";

/** Properties of a Honeycomb trigger, without its recipients. */
export interface HoneycombTrigger {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Undefined: all datasets of the environment. */
  readonly dataset?: string;
  readonly query: Omit<HoneycombQuery, "orders" | "limit">;
  readonly threshold: { readonly op: ">" | "<"; readonly value: number; readonly exceededLimit: number };
  /** Seconds, a multiple of 60; between a quarter of the query's duration and all of it. */
  readonly frequency: number;
  readonly alertType: "on_change" | "on_true";
  /** Not a property: decides who is notified. */
  readonly severity: AlertSeverity;
}

export interface HoneycombTriggersConfig extends RulesConfig {
  readonly metricsDataset: string;
  /** Triggers the plan allows: 2 on the free one. */
  readonly triggerLimit: number;
  /** Whether somebody watches for the heartbeat to stop; it is the last one where nobody does. Default: false. */
  readonly watched?: boolean;
}

/** A trigger looks back ten minutes, every five. */
const USUAL_SECONDS = 600;

const RANK = { page: 1, ticket: 2 } as const;

/**
 * As many triggers as the plan allows, the most important first, and the alerts that had to stay out. In calibration they run all the
 * same: what is left out then are the recipients.
 */
export function renderHoneycombTriggers(config: HoneycombTriggersConfig): {
  readonly triggers: readonly HoneycombTrigger[];
  readonly leftOut: readonly { readonly alert: string; readonly why: string }[];
} {
  const possible: Alert[] = [];
  const leftOut: { alert: string; why: string }[] = [];
  const rank = ({ severity }: Alert): number => (severity === "heartbeat" ? (config.watched ? 0 : 3) : RANK[severity]);
  for (const alert of [...activeAlerts(config)].sort((a, b) => rank(a) - rank(b))) {
    const fidelity = honeycombAlertFidelity(alert);
    if (fidelity.kind === "unsupported") leftOut.push({ alert: alert.id, why: fidelity.why });
    else possible.push(alert);
  }
  const triggers = possible.flatMap((alert) => triggersOf(alert, config));
  for (const { id } of triggers.slice(config.triggerLimit)) {
    leftOut.push({ alert: id, why: `the plan allows ${config.triggerLimit} triggers` });
  }
  return { triggers: triggers.slice(0, config.triggerLimit), leftOut };
}

/** Five times in a row, every five minutes: https://docs.honeycomb.io/api/tag/Triggers */
const LONGEST_SILENCE = 1500;

/** A trigger compares one number: a calculation, or a formula over several. */
export function honeycombAlertFidelity(alert: Alert): Fidelity {
  if (alert.signal.value.op === "absent" && alert.forSeconds > LONGEST_SILENCE) {
    return unsupported("a trigger waits 25 minutes at most before it calls silence trouble");
  }
  return compileHoneycomb(alert.signal.value, {}, { seconds: USUAL_SECONDS, step: USUAL_SECONDS }).fidelity;
}

function triggersOf(alert: Alert, config: HoneycombTriggersConfig): readonly HoneycombTrigger[] {
  return compileTriggers(alert, ruleScope(config), USUAL_SECONDS).map(({ place, query, threshold, only }) => ({
    id: only === undefined ? alert.id : `${alert.id}-${only}`,
    name: only === undefined ? alert.title : `${alert.title}: ${only}`,
    description: `${alert.signal.meaning}. Runbook: ${runbook(alert, config)}`,
    ...(place === "metrics" ? { dataset: config.metricsDataset } : {}),
    query,
    threshold: { ...threshold, exceededLimit: Math.min(5, Math.max(1, Math.round(alert.forSeconds / 300))) },
    frequency: 300,
    severity: alert.severity,
    alertType: alert.severity === "heartbeat" ? "on_true" : "on_change",
  }));
}

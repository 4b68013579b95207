import { compileHoneycomb, type HoneycombQuery } from "../../compile/honeycomb.ts";
import type { Alert } from "../../model/alert.ts";
import { type Fidelity, unsupported } from "../../model/fidelity.ts";
import { activeAlerts, type RulesConfig, ruleScope, runbook } from "../rules-config.ts";

/** Properties of a Honeycomb trigger, without its recipients. */
export interface HoneycombTrigger {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Undefined: all datasets of the environment. */
  readonly dataset?: string;
  readonly query: Omit<HoneycombQuery, "orders" | "limit">;
  readonly threshold: { readonly op: ">" | "<"; readonly value: number; readonly exceededLimit: number };
  /** Seconds, a multiple of 60, at least a quarter of the query's duration. */
  readonly frequency: number;
  readonly alertType: "on_change" | "on_true";
  readonly disabled: boolean;
}

export interface HoneycombTriggersConfig extends RulesConfig {
  readonly metricsDataset: string;
  /** Triggers the plan allows: 2 on the free one. */
  readonly triggerLimit: number;
}

const RANK = { heartbeat: 0, page: 1, ticket: 2 } as const;

/** As many triggers as the plan allows, the most important first, and the alerts that had to stay out. */
export function renderHoneycombTriggers(config: HoneycombTriggersConfig): {
  readonly triggers: readonly HoneycombTrigger[];
  readonly leftOut: readonly { readonly alert: string; readonly why: string }[];
} {
  const possible: Alert[] = [];
  const leftOut: { alert: string; why: string }[] = [];
  for (const alert of [...activeAlerts(config)].sort((a, b) => RANK[a.severity] - RANK[b.severity])) {
    const fidelity = honeycombAlertFidelity(alert);
    if (fidelity.kind === "unsupported") leftOut.push({ alert: alert.id, why: fidelity.why });
    else possible.push(alert);
  }
  for (const alert of possible.slice(config.triggerLimit)) {
    leftOut.push({ alert: alert.id, why: `the plan allows ${config.triggerLimit} triggers` });
  }
  return { triggers: possible.slice(0, config.triggerLimit).map((alert) => trigger(alert, config)), leftOut };
}

/** A trigger is one calculation compared with one number. */
export function honeycombAlertFidelity(alert: Alert): Fidelity {
  const compiled = compileHoneycomb(alert.signal.value, {}, 900);
  if (compiled.fidelity.kind === "unsupported") return compiled.fidelity;
  if (compiled.query.calculations.length > 1) return unsupported("a trigger has one calculation, and this needs two");
  return compiled.fidelity;
}

function trigger(alert: Alert, config: HoneycombTriggersConfig): HoneycombTrigger {
  const absent = alert.signal.value.op === "absent" ? alert.signal.value.seconds : undefined;
  const seconds = Math.max(absent ?? 600, 600);
  const { place, query } = compileHoneycomb(alert.signal.value, ruleScope(config), seconds);
  const { orders: _orders, limit: _limit, ...asked } = query;
  const perSecond = alert.signal.unit.endsWith("/s") && alert.threshold > 0;
  return {
    id: alert.id,
    name: alert.title,
    description: `${alert.signal.meaning}. Runbook: ${runbook(alert, config)}`,
    ...(place === "metrics" ? { dataset: config.metricsDataset } : {}),
    query: asked,
    threshold: {
      op: absent !== undefined ? "<" : alert.op,
      // counts are over the whole duration, limits are per second
      value: absent !== undefined ? 1 : perSecond ? alert.threshold * seconds : alert.threshold,
      exceededLimit: Math.min(5, Math.max(1, Math.round(alert.forSeconds / 300))),
    },
    frequency: 300,
    alertType: alert.severity === "heartbeat" ? "on_true" : "on_change",
    disabled: config.calibration === true,
  };
}

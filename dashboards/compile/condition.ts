import type { Alert } from "../model/alert.ts";
import { constant, minus, ratio, times } from "../model/build.ts";
import { type Expression, readsLogs } from "../model/expression.ts";
import type { Objective } from "../model/objective.ts";
import { windowSeconds } from "./duration.ts";
import { compileLogql } from "./logql.ts";
import { compilePromql, type PromqlContext } from "./promql.ts";

/** Window over which rates are judged by rules. */
export const RULE_WINDOW = "5m";

/** The number an alert judges, in the language of its store. */
export function alertQuery(
  alert: Alert,
  context: Omit<PromqlContext, "window">,
): { readonly store: "metrics" | "logs"; readonly expr: string } {
  const windowed = { ...context, window: RULE_WINDOW };
  if (readsLogs(alert.signal.value)) return { store: "logs", expr: compileLogql(alert.signal.value, windowed) };
  const expr = compilePromql(alert.signal.value, windowed);
  // a bare number is a scalar, which no rule can alert on
  return { store: "metrics", expr: alert.signal.value.op === "constant" ? `vector(${expr})` : expr };
}

/** Share of valid events that were not good. */
export const failureShare = ({ good, valid }: Pick<Objective, "good" | "valid">): Expression =>
  minus(constant(1), ratio(good, valid));

/** The same over a window, in the language of its store. */
export function errorRatio(
  objective: Objective,
  window: string,
  context: Omit<PromqlContext, "window">,
): { readonly store: "metrics" | "logs"; readonly expr: string } {
  const share = ratio(objective.good, objective.valid);
  if (readsLogs(share)) return { store: "logs", expr: `1 - (${compileLogql(share, { ...context, window })})` };
  return { store: "metrics", expr: `1 - ${compilePromql(share, { ...context, window })}` };
}

/** Valid events of a window, each once: with the share of failures, how many failed. */
export const eventsWithin = ({ valid }: Pick<Objective, "valid">, window: string): Expression =>
  times(valid, windowSeconds(window));

/** The same in the language of its store. */
export function eventCount(
  objective: Pick<Objective, "valid">,
  window: string,
  context: Omit<PromqlContext, "window">,
): { readonly store: "metrics" | "logs"; readonly expr: string } {
  const events = eventsWithin(objective, window);
  return readsLogs(events)
    ? { store: "logs", expr: compileLogql(events, { ...context, window }) }
    : { store: "metrics", expr: compilePromql(events, { ...context, window }) };
}

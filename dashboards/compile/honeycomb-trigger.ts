import type { Alert } from "../model/alert.ts";
import type { Expression, Where } from "../model/expression.ts";
import { lookback } from "../model/expression.ts";
import { type CompiledHoneycomb, compileHoneycomb, type HoneycombQuery } from "./honeycomb.ts";

/** What a trigger asks and which number breaks it. */
export interface CompiledTrigger {
  readonly place: CompiledHoneycomb["place"];
  readonly query: Omit<HoneycombQuery, "orders" | "limit">;
  readonly threshold: { readonly op: ">" | "<"; readonly value: number };
  /** The one group it watches, where an alert needs a trigger for each. */
  readonly only?: string;
}

/**
 * An alert as triggers over the last `seconds` (longer where the signal itself looks back longer). A trigger compares one number of
 * the whole time with its threshold, so its query has one step.
 * https://docs.honeycomb.io/notify/triggers/metrics
 *
 * @returns one trigger; several where the alert is about too few events of a group: a group without events is none to Honeycomb
 */
export function compileTriggers(alert: Alert, scope: Where, seconds: number): readonly CompiledTrigger[] {
  const { value } = alert.signal;
  if (value.op === "absent") {
    return [{ ...asked(value, scope, Math.max(seconds, value.seconds)), threshold: { op: "<", value: 1 } }];
  }
  const time = Math.max(seconds, lookback(value) ?? 0);
  return apart(value, alert.op).map(({ of, only }) => ({
    ...asked(of, scope, time),
    threshold: { op: alert.op, value: alert.threshold },
    ...(only === undefined ? {} : { only }),
  }));
}

/** One query for each of the groups that are known by name, where too few events are the trouble. */
function apart(of: Expression, op: Alert["op"]): readonly { readonly of: Expression; readonly only?: string }[] {
  const [by, ...more] = of.op === "rate" ? of.by : [];
  if (of.op !== "rate" || op !== "<" || by === undefined || more.length > 0) return [{ of }];
  const known = of.where[by];
  if (!Array.isArray(known)) return [{ of }];
  return known.map((only: string) => ({ of: { ...of, where: { ...of.where, [by]: only }, by: [] }, only }));
}

/** Triggers refuse an order and a limit, and a granularity where they ask events. */
function asked(of: Expression, scope: Where, seconds: number): Pick<CompiledTrigger, "place" | "query"> {
  const { place, query } = compileHoneycomb(of, scope, { seconds, step: seconds });
  const { orders: _orders, limit: _limit, granularity, ...kept } = query;
  return { place, query: { ...kept, ...(place === "metrics" && granularity !== undefined ? { granularity } : {}) } };
}

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

/** Every source reports every 15 s unless configured otherwise; a sum over reports adds them all. */
const REPORTED_EVERY = 15;

/**
 * An alert as triggers over the last `seconds` (longer where the signal itself looks back longer). A trigger compares one number of
 * the whole time with its threshold, so a limit per second becomes one per that time, and a sum of levels one of all reports.
 *
 * @returns one trigger; several where the alert is about too few events of a group: a group without events is none to Honeycomb
 */
export function compileTriggers(alert: Alert, scope: Where, seconds: number): readonly CompiledTrigger[] {
  const { value } = alert.signal;
  if (value.op === "absent") {
    const long = Math.max(seconds, value.seconds);
    return [{ ...asked(compileHoneycomb(value, scope, long)), threshold: { op: "<", value: 1 } }];
  }
  const judged = unscaled(value, alert.threshold);
  const long = Math.max(seconds, lookback(judged.of) ?? 0);
  return apart(judged.of, alert.op).map(({ of, only }) => ({
    ...judgeable(compileHoneycomb(of, scope, long), alert.op, perTime(of) ? judged.threshold * long : judged.threshold),
    ...(only === undefined ? {} : { only }),
  }));
}

/** The expression without the constant it is multiplied or divided by, and the threshold of what is left. */
function unscaled(of: Expression, threshold: number): { readonly of: Expression; readonly threshold: number } {
  if (of.op !== "arithmetic" || of.right.op !== "constant") return { of, threshold };
  if (of.how === "*") return unscaled(of.left, threshold / of.right.value);
  return of.how === "/" ? unscaled(of.left, threshold * of.right.value) : { of, threshold };
}

/** True for what is counted per second. */
function perTime(of: Expression): boolean {
  switch (of.op) {
    case "rate":
    case "log-rate":
    case "at-most":
      return true;
    case "or-zero":
    case "top":
      return perTime(of.of);
    case "arithmetic":
      return (of.how === "+" || of.how === "-") && perTime(of.left) && perTime(of.right);
    default:
      return false;
  }
}

/** One query for each of the groups that are known by name, where too few events are the trouble. */
function apart(of: Expression, op: Alert["op"]): readonly { readonly of: Expression; readonly only?: string }[] {
  const [by, ...more] = of.op === "rate" ? of.by : [];
  if (of.op !== "rate" || op !== "<" || by === undefined || more.length > 0) return [{ of }];
  const known = of.where[by];
  if (!Array.isArray(known)) return [{ of }];
  return known.map((only: string) => ({ of: { ...of, where: { ...of.where, [by]: only }, by: [] }, only }));
}

function asked({ place, query }: CompiledHoneycomb): Pick<CompiledTrigger, "place" | "query"> {
  const { orders: _orders, limit: _limit, ...kept } = query;
  return { place, query: kept };
}

function judgeable(compiled: CompiledHoneycomb, op: Alert["op"], value: number): CompiledTrigger {
  const { place, query } = asked(compiled);
  const [calculation] = query.calculations;
  if (calculation?.op === "RATE_SUM" && calculation.column !== undefined) {
    return { place, query: increased(query, calculation.column), threshold: { op, value } };
  }
  if (calculation?.op === "SUM" && place === "metrics") {
    // the highest report of all decides whether there was none; the mean of all, whether there were too many
    if (op === "<") {
      return { place, query: { ...query, calculations: [{ ...calculation, op: "MAX" }] }, threshold: { op, value } };
    }
    return { place, query, threshold: { op, value: (value * query.time_range) / REPORTED_EVERY } };
  }
  return { place, query, threshold: { op, value } };
}

/** A graph compares its steps; a trigger has none, so what was added is summed up. */
function increased(query: CompiledTrigger["query"], column: string): CompiledTrigger["query"] {
  const own = query.calculated_fields?.find(({ name }) => name === column)?.expression ?? `$${column}`;
  const expression = own.replaceAll(/\$[\w.]+/g, (counter) => `INCREASE(${counter})`);
  return {
    ...query,
    calculated_fields: [{ name: "increase", expression }],
    calculations: [{ op: "SUM", column: "increase" }],
  };
}

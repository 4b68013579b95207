import { goJson } from "../../../formats/go.ts";
import type { Alert } from "../../model/alert.ts";
import type { GrafanaRuleData } from "./rule.ts";

const EXPRESSION = "__expr__";

/** An instant query of metrics. Grafana refuses a range of no length, although an instant query does not use it. */
export function metricsQuery(refId: string, datasourceUid: string, expr: string): GrafanaRuleData {
  return {
    refId,
    datasourceUid,
    relativeTimeRange: { from: 600, to: 0 },
    model: goJson({ expr, instant: true, range: false, refId }),
  };
}

/** An instant query of logs. */
export function logsQuery(refId: string, datasourceUid: string, expr: string): GrafanaRuleData {
  return {
    refId,
    queryType: "instant",
    datasourceUid,
    relativeTimeRange: { from: 600, to: 0 },
    model: goJson({ expr, queryType: "instant", refId }),
  };
}

/** 1 where the last value of `on` lies beyond the limit. */
export function threshold(refId: string, on: string, op: Alert["op"], limit: number): GrafanaRuleData {
  return expression(refId, {
    type: "threshold",
    expression: on,
    conditions: [{ evaluator: { type: op === ">" ? "gt" : "lt", params: [limit] } }],
  });
}

/** Arithmetic on other queries: `$A > 0.1 && $B > 0.1`. */
export const math = (refId: string, text: string): GrafanaRuleData =>
  expression(refId, { type: "math", expression: text });

function expression(refId: string, model: Readonly<Record<string, unknown>>): GrafanaRuleData {
  return {
    refId,
    datasourceUid: EXPRESSION,
    relativeTimeRange: { from: 0, to: 0 },
    model: goJson({ ...model, refId }),
  };
}

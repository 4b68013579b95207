import type { AlertCase } from "./alert-cases.ts";

/** A rule file, as far as tests read it. */
export interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
}

export interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Only the rule under test, with the recordings of its objective: the tester evaluates every rule of a file at every step. */
export function groupsOf(alert: string, file: RuleFile): RuleFile["groups"] {
  const objective = alert
    .replace(/Burn\d+[hd]$/, "")
    .replace(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`)
    .toLowerCase();
  return file.groups
    .map((group) => ({
      name: group.name,
      interval: "1m",
      rules: group.rules.filter(
        (rule) => rule.alert === alert || (rule.record !== undefined && rule.labels?.slo === objective),
      ),
    }))
    .filter((group) => group.rules.length > 0);
}

/** A test of Prometheus' rule tester: whether the alert of a case fires. */
export const unitTest = (one: AlertCase, which: "firing" | "quiet", value: 0 | 1): unknown => ({
  name: `${one.alert} ${which}`,
  interval: "30s",
  input_series: inputOf(one[which]),
  promql_expr_test: [fires(one.alert, (which === "quiet" ? one.quietMinutes : undefined) ?? one.minutes ?? 40, value)],
});

export const inputOf = (series: AlertCase["firing"]): unknown =>
  Object.entries(series).map(([name, values]) => ({ series: name, values }));

/** Whether an alert fires at a minute. */
export function fires(alert: string, minute: number, value: 0 | 1): unknown {
  const count = `count(ALERTS{alertname="${alert}", alertstate="firing"})`;
  return {
    expr: value === 1 ? `${count} > bool 0` : `${count} or vector(0)`,
    eval_time: `${minute}m`,
    exp_samples: [{ labels: "{}", value }],
  };
}

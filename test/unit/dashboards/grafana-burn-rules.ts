import type { Content } from "../../../dashboards/content.ts";
import type { GrafanaRuleData } from "../../../dashboards/render/grafana/rule.ts";
import { renderGrafanaRules } from "../../../dashboards/render/grafana/rules.ts";
import { pascal } from "./alert-cases-objectives.ts";

/** A burn-rate rule of Grafana as one expression in the language of its store, which rules of Prometheus and Loki are written in. */
export interface BurnRuleOfGrafana {
  readonly alert: string;
  readonly store: "metrics" | "logs";
  readonly expr: string;
  readonly for: string;
}

export const burnRulesOfGrafana = (content: Content): readonly BurnRuleOfGrafana[] =>
  renderGrafanaRules({
    environment: "test",
    content,
    dataSources: { prometheus: "metrics", loki: "logs" },
    rulePrefix: "test",
    routing: {},
  })
    .filter(({ id }) => id === "burn-rates")
    .flatMap(({ rules }) => rules)
    .map((rule) => ({
      alert: `${pascal(rule.labels.slo ?? "")}Burn${rule.labels.window}`,
      store: rule.datas[0]?.datasourceUid === "logs" ? "logs" : "metrics",
      expr: inOneExpression(rule.datas, rule.condition),
      for: `${secondsOf(rule.for)}s`,
    }));

/** What the condition calls `$A` is a query. */
function inOneExpression(datas: readonly GrafanaRuleData[], condition: string): string {
  const models = new Map(datas.map(({ refId, model }) => [refId, JSON.parse(model) as Record<string, string>]));
  return String(models.get(condition)?.expression)
    .replaceAll(/\$([A-Z])/g, (_, refId: string) => `(${models.get(refId)?.expr})`)
    .replaceAll("&&", "and");
}

/** Of `2m0s`, as Go writes it. */
const secondsOf = (written: string): number =>
  [...written.matchAll(/(\d+)([hms])/g)].reduce((sum, [, count, unit = "s"]) => {
    const each = { h: 3600, m: 60, s: 1 }[unit] ?? Number.NaN;
    return sum + Number(count) * each;
  }, 0);

import { describe, expect, test } from "vitest";
import { alertQuery } from "../../../dashboards/compile/condition.ts";
import { pascal } from "../../../dashboards/render/prometheus/rules.ts";
import { fullContent } from "../../support/content.ts";
import { firesAt, type LokiRule } from "../parity/loki/rule.ts";
import { CHATTER, LOG_CASES } from "./alert-cases.ts";
import { BURN_CASES } from "./alert-cases-objectives.ts";
import { counted, lookedAt } from "./alert-recordings.ts";
import { burnRulesOfGrafana } from "./grafana-burn-rules.ts";

const context = { scope: { "deployment.environment.name": "test" } };
const rules: readonly LokiRule[] = [
  ...fullContent.alerts.flatMap((alert) => {
    const { store, expr } = alertQuery(alert, context);
    const judged = { alert: pascal(alert.id), expr: `${expr} ${alert.op} ${alert.threshold}` };
    return store === "logs" ? [{ ...judged, for: `${alert.forSeconds}s` }] : [];
  }),
  ...burnRulesOfGrafana(fullContent).filter(({ store }) => store === "logs"),
];

const cases = [...LOG_CASES, ...BURN_CASES].filter(({ logs }) => logs !== undefined);

describe("what Grafana's rules ask a Loki, judged over recorded log records", () => {
  test("have a case each", () => {
    expect(cases.map(({ alert }) => alert)).toEqual(rules.map(({ alert }) => alert));
  });

  test.each(rules)("$alert fires when its trouble is in the logs, and not when all is well", (rule) => {
    const one = cases.find(({ alert }) => alert === rule.alert);
    const at = lookedAt(one ?? { alert: "", firing: {}, quiet: {} });
    expect(firesAt(rule, counted({}, [CHATTER, ...(one?.logs?.firing ?? [])], at / 60), at), "firing").toBe(true);
    expect(firesAt(rule, counted({}, [CHATTER, ...(one?.logs?.quiet ?? [])], at / 60), at), "quiet").toBe(false);
    expect(firesAt(rule, counted({}, [], at / 60), at), "no records at all").toBe(false);
  });

  test.each(rules.filter((rule) => rule.for !== undefined))("$alert waits as long as it says", (rule) => {
    const one = cases.find(({ alert }) => alert === rule.alert);
    expect(firesAt(rule, counted({}, one?.logs?.firing ?? [], 1), 60)).toBe(false);
  });
});

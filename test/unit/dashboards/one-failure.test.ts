import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { renderHoneycombTriggers } from "../../../dashboards/render/honeycomb/triggers.ts";
import { renderNewRelicConditions } from "../../../dashboards/render/new-relic/dashboard.ts";
import { pascal, renderPrometheusRules } from "../../../dashboards/render/prometheus/rules.ts";
import { triggeredAt } from "../../parity/evaluate/honeycomb/trigger.ts";
import { violatedAt } from "../../parity/evaluate/new-relic/condition.ts";
import { fullContent } from "../../support/content.ts";
import { ALERT_CASES } from "./alert-cases.ts";
import { counted } from "./alert-recordings.ts";
import { findPromtool } from "./promtool.ts";
import { fires, groupsOf, inputOf, type RuleFile } from "./rule-tester.ts";

/** Alerts on a share of failures, and how many well events come in 30 s beside them: just enough for the rule to look. Prometheus loses a little in adding them up. */
const SHARES: Readonly<Record<string, number>> = {
  ServiceErrors: 0.9,
  DependencyFailures: 0.9,
  ConsumerFailingBot: 0.9,
  ConsumerFailingWorker: 0.9,
  PlatformRefusesBot: 0.9,
  CommandsFailingBot: 0.9,
  AnnouncementsFailing: 0.2,
};

/** When the failures happen, in steps of 30 s, and the minutes in which they are within five. */
const AT = 48;
const MINUTES = [24, 25, 26, 27, 28, 29, 30];

/** The series of an alert's own case: the first one counts what fails, the others what goes well. */
function series(alert: string, failures: string, more = 0): Readonly<Record<string, string>> {
  const [failing, ...well] = Object.keys(ALERT_CASES.find((one) => one.alert === alert)?.firing ?? {});
  if (failing === undefined) throw new Error(`${alert} has no case.`);
  return {
    [failing]: `0x${AT - 1} ${failures}`,
    ...Object.fromEntries(well.map((one) => [one, `0+${(SHARES[alert] ?? 0) + more}x400`])),
  };
}

const alerts = Object.keys(SHARES);
const of = { environment: "test", content: fullContent };
const rules = parse(renderPrometheusRules(of)) as RuleFile;
const folder = mkdtempSync(join(tmpdir(), "game-scheduler-one-failure-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const promtool = findPromtool();
if (promtool === undefined) console.warn("Skipped: one failure, judged by Prometheus itself (no promtool).");

const ONCE = `1x${400 - AT}`;
const AGAIN_AND_AGAIN = `1+1x${400 - AT}`;
const recorded = (alert: string, failures: string) => counted(series(alert, failures), [], 40);

test("every alert that judges a share of failures is looked at", () => {
  const shares = fullContent.alerts.filter(
    ({ signal: { unit, value } }) =>
      unit === "share" && value.op === "only-when" && value.events.op === "increase" && value.events.seconds === 300,
  );
  expect(shares.map(({ id }) => pascal(id)).sort()).toEqual([...alerts].sort());
});

describe.skipIf(promtool === undefined)("Prometheus' own rule tester", () => {
  test("lets a single failure wake nobody, however few events there are beside it", { timeout: 120_000 }, () => {
    const tests = alerts.map((alert) => {
      const groups = groupsOf(alert, rules).map((group) => ({
        ...group,
        rules: group.rules.map(({ alert: name, expr, for: lasting }) => ({ alert: name, expr, for: lasting })),
      }));
      writeFileSync(join(folder, `${alert}.rules.yaml`), stringify({ groups }, { lineWidth: 0 }));
      const judged = {
        interval: "30s",
        input_series: inputOf(series(alert, ONCE, 0.05)),
        promql_expr_test: MINUTES.map((minute) => fires(alert, minute, 0)),
      };
      const file = {
        rule_files: [`${alert}.rules.yaml`],
        evaluation_interval: "30s",
        tests: [{ name: alert, ...judged }],
      };
      writeFileSync(join(folder, `${alert}.tests.yaml`), stringify(file, { lineWidth: 0 }));
      return `${alert}.tests.yaml`;
    });
    const run = spawnSync(promtool ?? "", ["test", "rules", ...tests], { cwd: folder, encoding: "utf8" });
    expect(run.status, run.stdout + run.stderr).toBe(0);
  });
});

describe.each(alerts)("%s", (alert) => {
  const trigger = renderHoneycombTriggers({ ...of, metricsDataset: "metrics", triggerLimit: 1000 }).triggers.find(
    ({ id }) => pascal(id) === alert,
  );
  const condition = renderNewRelicConditions({ ...of, expiries: [] }).find(({ id }) => pascal(id) === alert);

  test("is silent on New Relic and Honeycomb for one failure, and not for one after the other", () => {
    if (trigger === undefined || condition === undefined) throw new Error(`${alert} is not judged there.`);
    const once = recorded(alert, ONCE);
    for (const minute of MINUTES) {
      expect(triggeredAt(trigger, once, minute * 60), `Honeycomb, minute ${minute}`).toBe(false);
      expect(violatedAt(condition, once, minute * 60), `New Relic, minute ${minute}`).toBe(false);
    }
    const often = recorded(alert, AGAIN_AND_AGAIN);
    expect(
      [...MINUTES, 40].some((minute) => triggeredAt(trigger, often, minute * 60)),
      "Honeycomb",
    ).toBe(true);
    expect(
      [...MINUTES, 40].some((minute) => violatedAt(condition, often, minute * 60)),
      "New Relic",
    ).toBe(true);
  });
});

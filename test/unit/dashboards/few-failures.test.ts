import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { windowSeconds } from "../../../dashboards/compile/duration.ts";
import { LEAST_FAILED, reachableWindows, SLO_WINDOWS } from "../../../dashboards/model/objective.ts";
import { burnRateQuery } from "../../../dashboards/render/new-relic/service-levels.ts";
import { burnLimit, renderPrometheusRules } from "../../../dashboards/render/prometheus/rules.ts";
import { readNrql } from "../../parity/evaluate/new-relic/nrql.ts";
import { fullContent, otherContent } from "../../support/content.ts";
import { firesAt } from "../parity/loki/rule.ts";
import { pascal, requests, type Series, spans } from "./alert-cases-objectives.ts";
import { counted } from "./alert-recordings.ts";
import { bornSeldom, FAILING, FEW_FAILURES, type FewFailures, late, seldom } from "./few-failures-cases.ts";
import { burnRulesOfGrafana } from "./grafana-burn-rules.ts";
import { findPromtool } from "./promtool.ts";
import { fires, groupsOf, inputOf, type Rule, type RuleFile } from "./rule-tester.ts";

const ofPrometheus = parse(renderPrometheusRules({ environment: "test", content: fullContent })) as RuleFile;
const ofGrafana: RuleFile = { groups: [{ name: "grafana", rules: burnRulesOfGrafana(fullContent) }] };

/** The same rule as it would be if every failure counted: what it would do is what the limit spares people. */
const WITHOUT = "WithoutLimit";
function withoutLimit(rule: Rule): Rule {
  const conditions = rule.expr.split(" and ");
  expect(conditions, "conditions of a burn-rate rule").toHaveLength(3);
  return { ...rule, alert: `${rule.alert}${WITHOUT}`, expr: conditions.slice(0, 2).join(" and ") };
}

const folder = mkdtempSync(join(tmpdir(), "game-scheduler-few-failures-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Look {
  readonly series: Series;
  /** Of the alert, and of the same without the limit: does it fire at a minute? */
  readonly looks: readonly { readonly minute: number; readonly alert: 0 | 1; readonly without: 0 | 1 }[];
}

let files = 0;
/** Writes a file of tests for one alert. */
function written(alert: string, rules: RuleFile, looks: readonly Look[]): string {
  const name = `${++files}-${alert}`;
  const groups = groupsOf(alert, rules).map((group) => ({
    ...group,
    rules: group.rules.flatMap((rule) =>
      rule.alert === undefined ? [rule] : [plain(rule), withoutLimit(plain(rule))],
    ),
  }));
  writeFileSync(join(folder, `${name}.rules.yaml`), stringify({ groups }, { lineWidth: 0 }));
  const tests = looks.map(({ series, looks: each }) => ({
    name,
    interval: "30s",
    input_series: inputOf(series),
    promql_expr_test: each.flatMap(({ minute, alert: limited, without }) => [
      fires(alert, minute, limited),
      fires(`${alert}${WITHOUT}`, minute, without),
    ]),
  }));
  const text = stringify(
    {
      rule_files: [`${name}.rules.yaml`],
      evaluation_interval: "1m",
      // recordings first: without an order it is another one each time, and a rule now and then a minute late
      group_eval_order: groups.map((group) => group.name),
      tests,
    },
    { lineWidth: 0 },
  );
  writeFileSync(join(folder, `${name}.tests.yaml`), text);
  return `${name}.tests.yaml`;
}

/** What the rule tester reads of a rule. */
const plain = ({ alert, expr, for: lasting }: Rule): Rule => ({ alert, expr, for: lasting }) as Rule;

const promtool = findPromtool();
if (promtool === undefined)
  console.warn("Skipped: burn rates at little traffic, tested by Prometheus itself (no promtool).");

function judged(tests: readonly string[]): void {
  const run = spawnSync(promtool ?? "", ["test", "rules", ...tests], { cwd: folder, encoding: "utf8" });
  expect(run.status, run.stdout + run.stderr).toBe(0);
}

const alertOf = (objective: string, { window }: Pick<FewFailures, "window">): string =>
  `${pascal(objective)}Burn${window}`;

describe.skipIf(promtool === undefined).each([
  { whose: "Prometheus'", rules: ofPrometheus },
  { whose: "Grafana's", rules: ofGrafana },
])("$whose burn-rate rules at little traffic, judged by Prometheus' own rule tester", ({ rules }) => {
  test("are silent while four have failed, whatever their share is, and fire when the fifth has", {
    timeout: 120_000,
  }, () => {
    const tests = Object.entries(FAILING).flatMap(([objective, series]) =>
      FEW_FAILURES.map((few) => {
        const failed = (count: number): Series => series(seldom(count, few.from, few.every));
        return written(alertOf(objective, few), rules, [
          { series: failed(LEAST_FAILED - 1), looks: [{ minute: few.four, alert: 0, without: 1 }] },
          { series: failed(LEAST_FAILED), looks: [{ minute: few.five, alert: 1, without: 1 }] },
        ]);
      }),
    );
    judged(tests);
  });

  test("do not see the first event of a counter that is born with it, and fire when one more has failed", () => {
    const available = FAILING["api-availability"];
    const tests = FEW_FAILURES.map((few) => {
      const failed = (count: number): Series => available?.(bornSeldom(count, few.from, few.every)) ?? {};
      return written(alertOf("api-availability", few), rules, [
        { series: failed(LEAST_FAILED), looks: [{ minute: few.five, alert: 0, without: 1 }] },
        { series: failed(LEAST_FAILED + 1), looks: [{ minute: few.five + few.every, alert: 1, without: 1 }] },
      ]);
    });
    judged(tests);
  });

  test("of ten requests an hour let one fail, and fire within half an hour when all do", () => {
    const answered = seldom(30, 6, 6);
    const until = seldom(10, 6, 6);
    const one = { ...requests("200", answered, answered), ...requests("500", seldom(1, 90, 6), seldom(1, 90, 6)) };
    const all = { ...requests("200", until, until), ...requests("500", seldom(20, 66, 6), seldom(20, 66, 6)) };
    const tests = written("ApiAvailabilityBurn1h", rules, [
      { series: one, looks: [{ minute: 94, alert: 0, without: 1 }] },
      {
        series: all,
        looks: [
          { minute: 88, alert: 0, without: 1 },
          { minute: 93, alert: 1, without: 1 },
        ],
      },
    ]);
    judged([tests]);
  });

  test("of one request an hour fire within five hours when all fail", () => {
    const failed = seldom(6, 60, 60);
    const tests = written("ApiAvailabilityBurn6h", rules, [
      {
        series: requests("500", failed, failed),
        looks: [
          { minute: 258, alert: 0, without: 1 },
          { minute: 318, alert: 1, without: 1 },
        ],
      },
    ]);
    judged([tests]);
  });

  test("fire at ordinary traffic in the very minute in which they would without the limit", () => {
    const [well, failed] = ["0+1x120 120x280", "0x120 0+1x280"];
    const troubles: Readonly<Record<string, Series>> = {
      "api-availability": { ...requests("200", well, well), ...requests("500", failed, failed) },
      "api-latency": requests("200", well, "0+1x400"),
      "bot-success": spans("bot", "CONSUMER", "bot process", well, failed),
    };
    const tests = Object.entries(troubles).map(([objective, series]) => {
      const first = { "api-availability": 67, "bot-success": 72, "api-latency": 105 }[objective] ?? Number.NaN;
      const looks = Array.from({ length: 120 }, (_, minute) => minute).map((minute) => {
        const firing = minute >= first ? (1 as const) : (0 as const);
        return { minute, alert: firing, without: firing };
      });
      return written(`${pascal(objective)}Burn1h`, rules, [{ series, looks }]);
    });
    judged(tests);
  });
});

test.skipIf(promtool === undefined)("the same of log records, as vmalert has counted them", () => {
  const labels = 'slo="notification-timeliness", environment="test"';
  const recorded = (count: number): Series => ({
    ...Object.fromEntries(SLO_WINDOWS.map((window) => [`slo:error_ratio:rate${window}{${labels}}`, "1x400"])),
    ...Object.fromEntries(SLO_WINDOWS.map((window) => [`slo:events:increase${window}{${labels}}`, `${count}x400`])),
  });
  const tests = FEW_FAILURES.map((few) =>
    written(alertOf("notification-timeliness", few), ofPrometheus, [
      { series: recorded(LEAST_FAILED - 1), looks: [{ minute: 100, alert: 0, without: 1 }] },
      { series: recorded(LEAST_FAILED), looks: [{ minute: 100, alert: 1, without: 1 }] },
    ]),
  );
  judged(tests);
});

const ofLoki = burnRulesOfGrafana(fullContent).filter(({ store }) => store === "logs");

test.each(ofLoki)("$alert, asked of a Loki, is silent while four are late, and fires when the fifth is", (rule) => {
  const few = FEW_FAILURES.find(({ window }) => rule.alert.endsWith(window));
  if (few === undefined) throw new Error(`${rule.alert} has no case.`);
  // here the first is late after one interval, not at `from`
  const [four = 0, five = 0] = [few.four, few.five].map((minute) => minute - few.from + few.every);
  const logs = late(few.every);
  expect(firesAt(rule, counted({}, logs, four), 60 * four)).toBe(false);
  expect(firesAt({ ...rule, ...withoutLimit(rule) }, counted({}, logs, four), 60 * four)).toBe(true);
  expect(firesAt(rule, counted({}, logs, five), 60 * five)).toBe(true);
});

test("a burn rate that a New Relic is asked for is none while four have failed, and the share when the fifth has", () => {
  const { select } = readNrql(burnRateQuery("any"));
  const share = (valid: number, good: number) =>
    select.value([{ timestamp: 0, "newrelic.sli.valid": valid, "newrelic.sli.good": good }], 3600);
  expect([share(4, 0), share(10, 6), share(5, 0), share(10, 5), share(1000, 900)]).toEqual([0, 0, 100, 50, 10]);
  // late data: more good ones than valid ones
  expect(share(10, 11)).toBeCloseTo(0);
});

test("from 70 requests an hour on, the share of failures of every objective takes as many by itself", () => {
  const hourly = [...fullContent.objectives, ...otherContent.objectives].flatMap((slo) =>
    reachableWindows(slo).map((burn) => (LEAST_FAILED / burnLimit(slo, burn) / windowSeconds(burn.long)) * 3600),
  );
  expect(Math.ceil(Math.max(...hourly))).toBe(70);
});

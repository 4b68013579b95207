import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { type Alert, NO_DATA } from "../../../dashboards/model/alert.ts";
import { BURN_WINDOWS, SLO_WINDOWS } from "../../../dashboards/model/objective.ts";
import {
  burnName,
  pascal,
  renderLogRules,
  renderPrometheusRules,
} from "../../../dashboards/render/prometheus/rules.ts";
import { fullContent } from "../../support/content.ts";
import { ALERT_CASES, type AlertCase, OTHER_CASES } from "./alert-cases.ts";
import { BURN_CASES } from "./alert-cases-objectives.ts";
import { logsqlFaults, promqlFaults } from "./grammar.ts";
import { findPromtool } from "./promtool.ts";
import { groupsOf, type RuleFile, unitTest } from "./rule-tester.ts";

const config = {
  environment: "test",
  content: fullContent,
  expiries: [{ name: "Grafana Cloud token", at: 14 * 86_400 + 600 }],
};

const ALL = renderPrometheusRules(config, { alertmanager: true });
const rules = parse(ALL) as RuleFile;
const logRules = (parse(renderLogRules(config) ?? "") as RuleFile).groups.flatMap((group) => group.rules);
const alerts = namesOf(rules);

function namesOf(file: RuleFile): readonly string[] {
  return file.groups
    .flatMap((group) => group.rules)
    .flatMap((rule) => (rule.alert === undefined ? [] : [rule.alert]))
    .sort();
}

const folder = mkdtempSync(join(tmpdir(), "game-scheduler-rules-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What vmalert would have recorded. */
const recorded = (
  alert: string,
  series: readonly string[],
  firing: number,
  quiet: number,
  both: AlertCase["firing"] = {},
): AlertCase => {
  const stays = (value: number) => ({ ...both, ...Object.fromEntries(series.map((one) => [one, `${value}x400`])) });
  return { alert, firing: stays(firing), quiet: stays(quiet), minutes: 80 };
};
const TIMELINESS = 'slo="notification-timeliness", environment="test"';
const OF_LOGS: readonly AlertCase[] = [
  {
    alert: "LogRulesSilent",
    firing: { 'logs:signal{signal="logs-counted", environment="test"}': "0x20 _x380" },
    quiet: { 'logs:signal{signal="logs-counted", environment="test"}': "0x400" },
    minutes: 80,
  },
  recorded("ErrorLogs", ['logs:signal{signal="error-logs", environment="test", service_name="bot"}'], 2, 0.02),
  recorded("NotificationLateness", ['logs:signal{signal="notification-lateness-judged", environment="test"}'], 100, 2),
  ...["1h", "6h", "3d"].map((window) =>
    recorded(
      `NotificationTimelinessBurn${window}`,
      SLO_WINDOWS.map((each) => `slo:error_ratio:rate${each}{${TIMELINESS}}`),
      0.9,
      0.001,
      { [`slo:events:increase${window}{${TIMELINESS}}`]: "10x400" },
    ),
  ),
];

const FAILED = 'alertmanager_notifications_failed_total{integration="webhook", reason="clientError"}';
/** Fails for good from the 30th minute on; the good one fails once, then never. */
const UNDELIVERED: AlertCase = {
  alert: "AlertsUndelivered",
  firing: { [FAILED]: "0x60 1x9 2x20" },
  quiet: { [FAILED]: "0x60 1x340" },
};

const CASES: readonly AlertCase[] = [
  UNDELIVERED,
  ...ALERT_CASES,
  ...BURN_CASES.filter(({ logs }) => logs === undefined),
  ...OTHER_CASES,
  ...OF_LOGS,
];

/** Fires always: there is no quiet case. */
const NEVER_QUIET = ["Heartbeat"];

describe("Prometheus rules", () => {
  test("parse, every one", () => {
    for (const rule of rules.groups.flatMap((group) => group.rules))
      expect(promqlFaults(rule.expr), rule.expr).toEqual([]);
    for (const rule of logRules) expect(logsqlFaults(rule.expr), rule.expr).toEqual([]);
  });

  test("have a case that fires for every alert, and one that does not", () => {
    expect([...alerts].sort()).toEqual(CASES.map((one) => one.alert).sort());
  });

  test("are all alerts and all burn rates there are", () => {
    const defined = [
      ...fullContent.alerts.map(({ id }) => pascal(id)),
      ...fullContent.objectives.flatMap((slo) => BURN_WINDOWS.map((burn) => burnName(slo, burn))),
      "TokenExpiryGrafanaCloudToken",
      "LogRulesSilent",
      "AlertsUndelivered",
    ];
    expect(alerts).toEqual(defined.sort());
  });

  test("judge of logs what vmalert records, which is all that it does", () => {
    expect(logRules.map(({ record, labels }) => [record, labels?.signal ?? labels?.slo])).toEqual([
      ["logs:signal", "logs-counted"],
      ["logs:signal", "error-logs"],
      ["logs:signal", "notification-lateness-judged"],
      ...["error_ratio:rate5m", "error_ratio:rate30m", "error_ratio:rate1h", "events:increase1h"]
        .concat(["error_ratio:rate6h", "error_ratio:rate3d", "events:increase6h", "events:increase3d"])
        .map((name) => [`slo:${name}`, "notification-timeliness"]),
    ]);
    const judged = rules.groups.flatMap((group) => group.rules).map(({ expr }) => expr);
    for (const { labels } of logRules.filter(({ record }) => record === "logs:signal"))
      expect(
        judged.filter((expr) => expr.includes(`logs:signal{signal="${labels?.signal}", environment="test"}`)),
      ).toHaveLength(1);
  });

  test("of log records are none where nothing is counted from them", () => {
    const content = { ...fullContent, alerts: [], objectives: [] };
    expect(renderLogRules({ environment: "test", content })).toBeUndefined();
  });

  test("are the same the second time", () => {
    expect(renderPrometheusRules(config, { alertmanager: true })).toBe(ALL);
  });

  test("notify nobody while they are calibrated, and say so", () => {
    const silent = renderPrometheusRules({ ...config, calibration: true }, { alertmanager: true });
    expect(silent.match(/calibration: "true"/g)).toHaveLength(alerts.length);
  });
});

test("the alert about the collector is judged before every alert that its silence would cause", () => {
  const delay = ({ signal: { value }, forSeconds }: Alert): number =>
    value.op === "absent" ? value.seconds + forSeconds : Number.NaN;
  const absences = fullContent.alerts.filter(({ noData }) => noData === NO_DATA.absence);
  const [collector = Number.NaN] = absences.filter(({ id }) => id === "collector-silent").map(delay);
  const others = absences.filter(({ id }) => id !== "collector-silent").map(delay);
  expect(collector).toBe(180);
  // two evaluations, which are 30 s apart, lie between
  expect(Math.min(...others)).toBeGreaterThanOrEqual(collector + 60);
});

test("nobody is told of undelivered alerts where there is no Alertmanager", () => {
  expect(renderPrometheusRules(config)).not.toContain("AlertsUndelivered");
});

const promtool = findPromtool();
const reason = "no promtool: none in $PROMTOOL, on PATH, or in an image localhost/game-scheduler-otel/prometheus";
if (promtool === undefined) console.warn(`Skipped: rules tested by Prometheus itself (${reason}).`);

describe.skipIf(promtool === undefined)("Prometheus' own rule tester", () => {
  test("fires every alert when its trouble is there, and not when all is well", { timeout: 120_000 }, () => {
    const files = CASES.map((one) => {
      writeFileSync(
        join(folder, `${one.alert}.rules.yaml`),
        stringify({ groups: groupsOf(one.alert, rules) }, { lineWidth: 0 }),
      );
      const tests = [
        unitTest(one, "firing", 1),
        ...(NEVER_QUIET.includes(one.alert) ? [] : [unitTest(one, "quiet", 0)]),
      ];
      const file = `${one.alert}.tests.yaml`;
      writeFileSync(
        join(folder, file),
        stringify({ rule_files: [`${one.alert}.rules.yaml`], evaluation_interval: "1m", tests }, { lineWidth: 0 }),
      );
      return file;
    });
    writeFileSync(join(folder, "rules.yaml"), ALL);
    const checked = spawnSync(promtool ?? "", ["check", "rules", "rules.yaml"], { cwd: folder, encoding: "utf8" });
    expect(checked.stderr + checked.stdout, "promtool check rules").toContain("SUCCESS");
    const run = spawnSync(promtool ?? "", ["test", "rules", ...files], { cwd: folder, encoding: "utf8" });
    expect(run.status, run.stdout + run.stderr).toBe(0);
  });
});

import { describe, expect, test } from "vitest";
import { alertQuery } from "../../../dashboards/compile/condition.ts";
import { compileLogsql } from "../../../dashboards/compile/logsql.ts";
import { logQuantile, orZero } from "../../../dashboards/model/build.ts";
import { renderHoneycombTriggers } from "../../../dashboards/render/honeycomb/triggers.ts";
import { renderNewRelicConditions } from "../../../dashboards/render/new-relic/dashboard.ts";
import { triggeredAt } from "../../parity/evaluate/honeycomb/trigger.ts";
import { violatedAt } from "../../parity/evaluate/new-relic/condition.ts";
import { fullContent } from "../../support/content.ts";
import { firesAt } from "../parity/loki/rule.ts";
import { counted } from "./alert-recordings.ts";

const LATENESS = "notification-lateness";
/** A quarter of an hour, and how long the alert waits. */
const AT = 1200;

/** So many late reminders within the last quarter of an hour, and one that came in time. */
const late = (reminders: number) =>
  counted(
    {},
    [
      { service: "bot", severity: 9, body: "reminder delivered", every: 600, attributes: { "reminder.lateness_s": 2 } },
      ...(reminders === 0
        ? []
        : [
            {
              service: "bot",
              severity: 9,
              body: "reminder delivered",
              every: 900 / reminders,
              attributes: { "reminder.lateness_s": 300 },
            },
          ]),
    ],
    AT / 60,
  );

const found = <T extends { readonly id: string }>(all: readonly T[]): T => {
  const one = all.find(({ id }) => id === LATENESS);
  if (one === undefined) throw new Error(`${LATENESS} is not judged here.`);
  return one;
};
const alert = found(fullContent.alerts);
const loki = {
  alert: "NotificationLateness",
  expr: `${alertQuery(alert, { scope: { "deployment.environment.name": "test" } }).expr} > ${alert.threshold}`,
  for: `${alert.forSeconds}s`,
};
const of = { environment: "test", content: fullContent };
const trigger = found(renderHoneycombTriggers({ ...of, metricsDataset: "metrics", triggerLimit: 1000 }).triggers);
const condition = found(renderNewRelicConditions({ ...of, expiries: [] }));

describe("reminders that come late", () => {
  test.each([
    [0, false],
    [1, false],
    [2, false],
    [3, true],
    [15, true],
  ])("%i of them within a quarter of an hour wake somebody: %s", (reminders, wakes) => {
    const recording = late(reminders);
    expect(firesAt(loki, recording, AT), "Loki").toBe(wakes);
    expect(triggeredAt(trigger, recording, AT), "Honeycomb").toBe(wakes);
    expect(violatedAt(condition, recording, AT), "New Relic").toBe(wakes);
  });

  test("are counted beside the quantile where VictoriaLogs judges, which is asked for no zero in its place", () => {
    const least = { records: 3, above: 60 };
    const value = logQuantile(0.95, "late_s", { contains: "done", seconds: 900, least });
    expect(compileLogsql(value, { window: "5m", scope: {} })).toBe(
      '_time:900s _msg:*"done"* "late_s":range(-inf, inf) | stats quantile(0.95, "late_s") as v0, count() if ("late_s":>60) as v1 | filter v1:>=3 | math v0 as value | delete v0, v1 | filter value:range(-inf, inf)',
    );
    expect(() => compileLogsql(orZero(value), { scope: {} })).toThrow("leave orZero out");
  });
});

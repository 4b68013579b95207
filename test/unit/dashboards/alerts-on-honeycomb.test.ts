import { describe, expect, test } from "vitest";
import { renderHoneycombTriggers } from "../../../dashboards/render/honeycomb/triggers.ts";
import { pascal } from "../../../dashboards/render/prometheus/rules.ts";
import { triggeredAt } from "../../parity/evaluate/honeycomb/trigger.ts";
import { fullContent } from "../../support/content.ts";
import { ALERT_CASES, type AlertCase, LOG_CASES, OTHER_CASES } from "./alert-cases.ts";
import { counted, healthy, lookedAt, troubled } from "./alert-recordings.ts";

const config = { environment: "test", content: fullContent, metricsDataset: "metrics", triggerLimit: 1000 };
const { triggers, leftOut } = renderHoneycombTriggers(config);
const cases: readonly AlertCase[] = [...ALERT_CASES, ...LOG_CASES, ...OTHER_CASES];

function caseOf(id: string): AlertCase {
  const found = cases.find(({ alert }) => pascal(id) === alert || pascal(id).startsWith(`${alert}`));
  if (found === undefined) throw new Error(`Trigger ${id} has no case.`);
  return found;
}

describe("Honeycomb's triggers, judged over recorded events", () => {
  test("have a case each, but for those that no trigger can judge", () => {
    const judged = new Set(triggers.map(({ id }) => caseOf(id).alert));
    const others = leftOut.map(({ alert }) => pascal(alert));
    expect([...judged, ...others, "TokenExpiryGrafanaCloudToken"].sort()).toEqual(
      cases.map(({ alert }) => alert).sort(),
    );
  });

  test.each(triggers.filter(({ id }) => id !== "heartbeat"))("$id: triggered when it is so", (trigger) => {
    const one = caseOf(trigger.id);
    expect(triggeredAt(trigger, troubled(one), lookedAt(one))).toBe(true);
  });

  test("none is triggered in a system that is well, but the one that always is", () => {
    const well = healthy(60);
    expect(triggers.filter((trigger) => triggeredAt(trigger, well, 3600)).map(({ id }) => id)).toEqual(["heartbeat"]);
  });

  test("the one that says every day that all is well falls silent when nothing arrives any more", () => {
    const [heartbeat] = triggers.filter(({ id }) => id === "heartbeat");
    if (heartbeat === undefined) throw new Error("There is no heartbeat.");
    const day = 86_400;
    const recording = counted(
      { 'redis_uptime_seconds_total{deployment_environment_name="test"}': "0+30x2880" },
      [],
      1440,
    );
    expect(triggeredAt(heartbeat, recording, day)).toBe(true);
    expect(triggeredAt(heartbeat, recording, 2 * day)).toBe(false);
  });
});

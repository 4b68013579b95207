import { describe, expect, test } from "vitest";
import { renderNewRelicConditions } from "../../../dashboards/render/new-relic/dashboard.ts";
import { pascal } from "../../../dashboards/render/prometheus/rules.ts";
import { violatedAt } from "../../parity/evaluate/new-relic/condition.ts";
import { fullContent } from "../../support/content.ts";
import { ALERT_CASES, type AlertCase, LOG_CASES, OTHER_CASES } from "./alert-cases.ts";
import { healthy, lookedAt, troubled } from "./alert-recordings.ts";

const expiries = [{ name: "Grafana Cloud token", at: 14 * 86_400 + 600 }];
const conditions = renderNewRelicConditions({ environment: "test", content: fullContent, expiries });
const cases: readonly AlertCase[] = [...ALERT_CASES, ...LOG_CASES, ...OTHER_CASES];

describe("New Relic's alert conditions, judged over recorded rows", () => {
  test("have a case each", () => {
    expect(conditions.map(({ id }) => pascal(id)).sort()).toEqual(cases.map(({ alert }) => alert).sort());
  });

  test.each(conditions)("$id: open when it is so", (condition) => {
    const one = cases.find(({ alert }) => alert === pascal(condition.id));
    if (one === undefined) throw new Error(`${condition.id} has no case.`);
    expect(violatedAt(condition, troubled(one), lookedAt(one))).toBe(true);
  });

  test("none is open in a system that is well, but the one that is always open", () => {
    const well = healthy(60);
    const open = conditions.filter((condition) => violatedAt(condition, well, 3600));
    expect(open.map(({ id }) => id)).toEqual(["heartbeat"]);
  });

  test("a token's expiry is none before its time", () => {
    const [expiry] = conditions.filter(({ id }) => id.startsWith("token-expiry"));
    const [one] = OTHER_CASES.filter(({ quietMinutes }) => quietMinutes !== undefined);
    if (expiry === undefined || one === undefined) throw new Error("There is no token that expires.");
    expect(violatedAt(expiry, troubled(one), (one.quietMinutes ?? 0) * 60)).toBe(false);
  });

  test("the one that is always open closes when nothing arrives any more", () => {
    const [heartbeat] = conditions.filter(({ id }) => id === "heartbeat");
    if (heartbeat === undefined) throw new Error("There is no heartbeat.");
    expect(violatedAt(heartbeat, healthy(10), 600)).toBe(true);
    expect(violatedAt(heartbeat, healthy(10), 3600)).toBe(false);
  });
});

import { expect, test } from "vitest";
import { mergedAlerts } from "../../../console/src/merged-alerts.ts";

const labels = {
  alertname: "ServiceErrors",
  rule: "service-errors",
  severity: "page",
  environment: "dev",
  service_name: "api",
};
const annotations = { summary: "A service fails", description: "Now 0.2." };
const evaluated = {
  data: {
    alerts: [
      { labels: { ...labels, service_name: "bot" }, annotations, state: "pending", activeAt: "2026-11-28T18:00:00Z" },
      { labels, annotations, state: "firing", activeAt: "2026-11-28T17:00:00Z" },
    ],
  },
};

test("what fires comes before what is pending, with what tells it from others of its rule", () => {
  expect(mergedAlerts(evaluated, [])).toMatchObject([
    {
      state: "firing",
      rule: "service-errors",
      title: "A service fails",
      labels: { service_name: "api" },
    },
    { state: "pending", labels: { service_name: "bot" } },
  ]);
});

test.each([
  [{ state: "suppressed", silencedBy: ["0b1c"], inhibitedBy: [] }, "silenced"],
  [{ state: "suppressed", silencedBy: [], inhibitedBy: ["9f2e"] }, "inhibited"],
  [{ state: "active", silencedBy: [], inhibitedBy: [] }, undefined],
])("an alert that both stores have is shown once, and as Alertmanager has it: %j", (status, suppressed) => {
  const merged = mergedAlerts(evaluated, [{ labels, annotations, startsAt: "2026-11-28T17:05:00Z", status }]);
  expect(merged).toHaveLength(2);
  expect(merged[0]).toMatchObject({ since: Date.parse("2026-11-28T17:00:00Z") });
  expect(merged[0]?.suppressed).toBe(suppressed);
});

test("an alert that only Alertmanager has is shown as well", () => {
  const sent = [{ labels, annotations, startsAt: "2026-11-28T17:05:00Z", status: { state: "active" } }];
  expect(mergedAlerts(undefined, sent)).toMatchObject([{ state: "firing", rule: "service-errors" }]);
});

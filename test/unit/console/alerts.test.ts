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
      silenced: false,
    },
    { state: "pending", labels: { service_name: "bot" } },
  ]);
});

test("an alert that both stores have is shown once, silenced where Alertmanager says so", () => {
  const sent = [{ labels, annotations, startsAt: "2026-11-28T17:05:00Z", status: { state: "suppressed" } }];
  const merged = mergedAlerts(evaluated, sent);
  expect(merged).toHaveLength(2);
  expect(merged[0]).toMatchObject({ silenced: true, since: Date.parse("2026-11-28T17:00:00Z") });
});

test("an alert that only Alertmanager has is shown as well", () => {
  const sent = [{ labels, annotations, startsAt: "2026-11-28T17:05:00Z", status: { state: "active" } }];
  expect(mergedAlerts(undefined, sent)).toMatchObject([{ state: "firing", silenced: false }]);
});

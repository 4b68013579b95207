import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { contentOfStackFile } from "../../../offline/stack-content.ts";
import { canary, on } from "./cases.ts";

const { boards: BOARDS, alerts: ALERTS } = await contentOfStackFile("dev");

const HOME = "/otel-lgtm/grafana/conf";
const URL = `https://hooks.example/${canary("alertWebhook")}`;

export function lgtmTests(): void {
  describe("Grafana in one container", () => {
    test("reads boards, rules and Prometheus' configuration from where the image looks for them", async () => {
      const { files } = (await on("lgtm")).container("lgtm");
      expect(Object.keys(files)).toEqual([
        "/otel-lgtm/prometheus.yaml",
        `${HOME}/provisioning/dashboards/game-scheduler.yaml`,
        `${HOME}/provisioning/alerting/game-scheduler.yaml`,
        ...BOARDS.map(({ id }) => `${HOME}/boards/game-scheduler-${id}.json`),
      ]);
      const [provider] = parse(files[`${HOME}/provisioning/dashboards/game-scheduler.yaml`] ?? "").providers;
      expect(provider).toMatchObject({ name: "game-scheduler", options: { path: `${HOME}/boards` } });
    });

    test("judges every rule whose source is there, asking the image's own data sources, and notifies nobody", async () => {
      const { files } = (await on("lgtm")).container("lgtm");
      const text = files[`${HOME}/provisioning/alerting/game-scheduler.yaml`] ?? "";
      const [alertRules, burns] = parse(text).groups as readonly { readonly rules: readonly object[] }[];
      expect(alertRules?.rules.length).toBe(ALERTS.length);
      expect(burns?.rules.length).toBe(12);
      expect([...new Set(text.match(/datasourceUid: \w+/g))].sort()).toEqual([
        ...["datasourceUid: __expr__", "datasourceUid: loki", "datasourceUid: prometheus"],
      ]);
      expect(text).not.toContain("notification_settings");
    });

    test("notifies the contact, whose address is secret", async () => {
      const run = await on("lgtm", {
        config: { alerts: { contact: "discord" } },
        secrets: { alertWebhook: URL },
      });
      const { files } = run.container("lgtm");
      expect(parse(files[`${HOME}/provisioning/alerting/contact.yaml`] ?? "").contactPoints).toMatchObject([
        { name: "game-scheduler", receivers: [{ type: "discord", settings: { url: URL } }] },
      ]);
      expect(files[`${HOME}/provisioning/alerting/game-scheduler.yaml`]).toContain("receiver: game-scheduler");
      expect(run.leaks(canary("alertWebhook"))).toEqual([]);
    });
  });
}

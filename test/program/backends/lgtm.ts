import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { contentOfStackFile } from "../../../offline/stack-content.ts";
import type { ProgramRun } from "../../support/engine.ts";
import { canary, on } from "./cases.ts";

const { boards: BOARDS, alerts: ALERTS } = await contentOfStackFile("dev");

const HOME = "/otel-lgtm/grafana/conf";
const URL = `https://hooks.example/${canary("alertWebhook")}`;

/** Networks of a container, each with the names that it has there. */
const joinedBy = (run: ProgramRun, name: string): readonly (readonly [string, readonly string[]])[] => {
  const joined = run.container(name).inputs.networksAdvanced as readonly { name: string; aliases?: string[] }[];
  const networks = new Map(run.byType("docker:index/network:Network").map(({ id, name: is }) => [id, is]));
  return joined.map((each) => [(networks.get(each.name) ?? "").replace("network-", ""), each.aliases ?? []]);
};

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

    test("notifies the contact by a relay, which alone has its secret address and a way out", async () => {
      const run = await on("lgtm", {
        config: { alerts: { contact: "discord" } },
        secrets: { alertWebhook: URL },
      });
      const { files } = run.container("lgtm");
      expect(parse(files[`${HOME}/provisioning/alerting/contact.yaml`] ?? "").contactPoints).toMatchObject([
        { name: "game-scheduler", receivers: [{ type: "discord", settings: { url: "http://alert-relay-api:9095/" } }] },
      ]);
      const relay = run.container("alert-relay");
      expect(relay.files["/etc/alert-relay/nginx.conf"]).toContain(`set $to "${URL}";`);
      expect(relay.files["/etc/alert-relay/nginx.conf"]).toContain("listen alert-relay-api:9095;");
      expect(joinedBy(run, "lgtm")).toEqual([["stores", ["lgtm"]]]);
      // in the network from which people reach it, it has no name and listens to nobody
      expect(joinedBy(run, "alert-relay")).toEqual([
        ["stores", ["alert-relay", "alert-relay-api"]],
        ["pages", []],
      ]);
      expect(relay.inputs.ports).toBeUndefined();
      expect(files[`${HOME}/provisioning/alerting/game-scheduler.yaml`]).toContain("receiver: game-scheduler");
      expect(run.leaks(canary("alertWebhook"))).toEqual([]);
    });
  });
}

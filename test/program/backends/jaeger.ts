import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { alertmanagerConfig } from "../../../components/backends/jaeger/alertmanager-config.ts";
import type { PropertyMap } from "../../../offline/properties.ts";
import { contentOfStackFile } from "../../../offline/stack-content.ts";
import type { ProgramRun } from "../../support/engine.ts";
import { canary, on } from "./cases.ts";

const { alerts: ALERTS } = await contentOfStackFile("dev");

const SECRETS = {
  alertWebhook: `https://hooks.example/${canary("alertWebhook")}`,
  heartbeatWebhook: `https://ping.example/${canary("heartbeatWebhook")}`,
  smtpPassword: canary("smtpPassword"),
};
const SMTP = { server: "smtp.example.com:587", from: "alerts@example.com", user: "alerts" };

const notified = (alerts: PropertyMap, ...keys: readonly (keyof typeof SECRETS)[]) =>
  on("jaeger", { config: { alerts }, secrets: Object.fromEntries(keys.map((key) => [key, SECRETS[key]])) });

/** What the container is given besides its configuration, and how. */
const secretFiles = (run: ProgramRun) =>
  (run.container("alertmanager").inputs.uploads as { file: string; permissions: string; owner: string }[])
    .filter(({ file }) => file.startsWith("/run/secrets/"))
    .map(({ file, permissions, owner }) => [file, permissions, owner]);

const configOf = (run: ProgramRun) =>
  parse(run.container("alertmanager").files["/etc/alertmanager/alertmanager.yml"] ?? "");

const names = (run: ProgramRun) => run.containers().map(({ name }) => name);
const rulesOf = (run: ProgramRun) => run.container("prometheus").files["/etc/prometheus/rules.yml"];
const prometheusOf = (run: ProgramRun) =>
  parse(run.container("prometheus").files["/etc/prometheus/prometheus.yml"] ?? "");

export function jaegerTests(): void {
  describe("who is notified by the backend on this machine", () => {
    test("nobody without a contact or while calibrating: then there is no Alertmanager", async () => {
      const runs = [await on("jaeger"), await notified({ contact: "discord", calibration: true }, "alertWebhook")];
      for (const run of runs) {
        expect(names(run)).not.toContain("alertmanager");
        expect(prometheusOf(run)).not.toHaveProperty("alerting");
        expect(prometheusOf(run)).not.toHaveProperty("scrape_configs");
        expect(rulesOf(run)).not.toContain("alertmanager_notifications_failed_total");
        expect(run.leaks(canary("alertWebhook"))).toEqual([]);
      }
    });

    test("a webhook, whose address is a file that only Alertmanager reads", async () => {
      const run = await notified({ contact: "webhook" }, "alertWebhook");
      expect(configOf(run).receivers).toEqual([
        { name: "nobody" },
        { name: "contact", webhook_configs: [{ url_file: "/run/secrets/alert-webhook", send_resolved: true }] },
        { name: "heartbeat", webhook_configs: [{ url_file: "/run/secrets/heartbeat-webhook", send_resolved: false }] },
      ]);
      expect(secretFiles(run)).toEqual([
        ["/run/secrets/heartbeat-webhook", "0400", "65534"],
        ["/run/secrets/alert-webhook", "0400", "65534"],
      ]);
      expect(run.leaks(canary("alertWebhook"))).toEqual([]);
      expect(prometheusOf(run).alerting.alertmanagers).toEqual([
        { static_configs: [{ targets: ["alertmanager:9093"] }] },
      ]);
      expect(prometheusOf(run).scrape_configs).toMatchObject([
        { job_name: "alertmanager", static_configs: [{ targets: ["alertmanager:9093"] }] },
      ]);
      expect(rulesOf(run)).toContain("increase(alertmanager_notifications_failed_total[15m])");
      const [silent] = configOf(run).inhibit_rules;
      const absences = ALERTS.filter(({ id }) => /^silence-|-down$/.test(id)).map(({ id }) => id);
      expect(absences).toHaveLength(8);
      expect(silent).toEqual({
        source_matchers: ['rule="collector-silent"'],
        target_matchers: [expect.stringMatching(/^rule=~"[a-z|-]+"$/)],
        equal: ["environment"],
      });
      expect(silent.target_matchers[0].slice(7, -1).split("|").sort()).toEqual(absences.sort());
    });

    test("by addresses that a person can open: those of the console", async () => {
      const run = await notified({ contact: "webhook" }, "alertWebhook");
      for (const name of ["prometheus", "alertmanager"])
        expect(run.container(name).inputs.command).toContain("--web.external-url=http://127.0.0.1:3001");
      expect(JSON.parse(run.container("console").files["/etc/nginx/console/stack.json"] ?? "").runbooks).toMatchObject({
        "alerts-undelivered": expect.stringMatching(/^# Alerts do not reach/),
      });
    });

    test.each([
      ["discord", "discord_configs", "webhook_url_file"],
      ["slack", "slack_configs", "api_url_file"],
    ] as const)("%s by the file with its address, and never of the dead-man's switch", (kind, configs, key) => {
      const { route, receivers } = parse(
        alertmanagerConfig({ contact: { kind }, heartbeat: false, absences: ["a"], page: "http://a/" }),
      );
      const [nobody, people] = receivers;
      expect([nobody, people.name, route.routes[0].receiver]).toEqual([{ name: "nobody" }, "contact", "nobody"]);
      expect(people[configs]).toMatchObject([{ [key]: "/run/secrets/alert-webhook", send_resolved: true }]);
    });

    test("addresses by a mail server, whose password is a file", async () => {
      const run = await notified(
        { contact: "email", email: ["b@example.com", "a@example.com"], smtp: SMTP },
        "smtpPassword",
      );
      const people = configOf(run).receivers.find(({ name }: { name: string }) => name === "contact");
      expect(people.email_configs).toMatchObject([
        {
          to: "a@example.com, b@example.com",
          from: "alerts@example.com",
          smarthost: "smtp.example.com:587",
          auth_username: "alerts",
          auth_password_file: "/run/secrets/smtp-password",
          require_tls: true,
        },
      ]);
      expect(secretFiles(run)).toEqual([["/run/secrets/smtp-password", "0400", "65534"]]);
      expect(run.leaks(canary("smtpPassword"))).toEqual([]);
    });

    test("a mail server whose user has no password is refused", async () => {
      const { errors } = await notified({ contact: "email", email: ["a@example.com"], smtp: SMTP });
      expect(errors.join("\n")).toContain(
        "smtpPassword: not set, but alerts.smtp.user is. Set it with: pulumi config set --secret smtpPassword",
      );
    });

    test("the service that waits for the dead-man's switch, also where nobody else is notified", async () => {
      const run = await notified({ contact: "none" }, "heartbeatWebhook");
      const { route, receivers } = configOf(run);
      expect(route.routes[0]).toMatchObject({ matchers: ['severity="heartbeat"'], receiver: "heartbeat" });
      expect([route.receiver, route.routes[1].receiver]).toEqual(["nobody", "nobody"]);
      expect(receivers).toEqual([
        { name: "nobody" },
        { name: "heartbeat", webhook_configs: [{ url_file: "/run/secrets/heartbeat-webhook", send_resolved: false }] },
      ]);
      expect(run.leaks(canary("heartbeatWebhook"))).toEqual([]);
    });
  });
}

import { describe, expect, test } from "vitest";
import { parse } from "yaml";
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
const prometheusOf = (run: ProgramRun) =>
  parse(run.container("prometheus").files["/etc/prometheus/prometheus.yml"] ?? "");

export function jaegerTests(): void {
  describe("who is notified by the backend on this machine", () => {
    test("nobody without a contact or while calibrating: then there is no Alertmanager", async () => {
      const runs = [await on("jaeger"), await notified({ contact: "discord", calibration: true }, "alertWebhook")];
      for (const run of runs) {
        expect(names(run)).not.toContain("alertmanager");
        expect(prometheusOf(run).alerting).toBeUndefined();
        expect(run.leaks(canary("alertWebhook"))).toEqual([]);
      }
    });

    test.each([
      ["discord", "discord_configs", "webhook_url_file"],
      ["slack", "slack_configs", "api_url_file"],
      ["webhook", "webhook_configs", "url_file"],
    ])("a contact of kind %s, whose address is a file that only Alertmanager reads", async (contact, kind, key) => {
      const run = await notified({ contact }, "alertWebhook");
      const people = configOf(run).receivers.find(({ name }: { name: string }) => name === "contact");
      expect(people[kind]).toEqual([
        expect.objectContaining({ [key]: "/run/secrets/alert-webhook", send_resolved: true }),
      ]);
      expect(secretFiles(run)).toEqual([
        ...(contact === "webhook" ? [["/run/secrets/heartbeat-webhook", "0400", "65534"]] : []),
        ["/run/secrets/alert-webhook", "0400", "65534"],
      ]);
      expect(run.leaks(canary("alertWebhook"))).toEqual([]);
      expect(prometheusOf(run).alerting.alertmanagers).toEqual([
        { static_configs: [{ targets: ["alertmanager:9093"] }] },
      ]);
    });

    test("addresses by a mail server, whose password is a file", async () => {
      const run = await notified(
        { contact: "email", email: ["b@example.com", "a@example.com"], smtp: SMTP },
        "smtpPassword",
      );
      const people = configOf(run).receivers.find(({ name }: { name: string }) => name === "contact");
      expect(people.email_configs).toMatchObject([
        {
          ...{ to: "a@example.com, b@example.com", from: "alerts@example.com", smarthost: "smtp.example.com:587" },
          ...{ auth_username: "alerts", auth_password_file: "/run/secrets/smtp-password", require_tls: true },
        },
      ]);
      expect(secretFiles(run)).toEqual([["/run/secrets/smtp-password", "0400", "65534"]]);
      expect(run.leaks(canary("smtpPassword"))).toEqual([]);
    });

    test("a mail server whose user has no password is refused", async () => {
      const { errors } = await notified({ contact: "email", email: ["a@example.com"], smtp: SMTP });
      expect(errors.join("\n")).toContain(
        "smtpPassword: not set, but alerts.smtp.user is. Set it with: pulumi config set --secret smtpPassword <password>",
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

    test("people on Slack never of the dead-man's switch", async () => {
      expect(configOf(await notified({ contact: "slack" }, "alertWebhook")).route.routes[0]).toMatchObject({
        receiver: "nobody",
      });
    });

    test("of a silent collector once: what it makes absent is no message", async () => {
      const [silent] = configOf(await notified({ contact: "slack" }, "alertWebhook")).inhibit_rules;
      const absences = ALERTS.filter(({ id }) => /^silence-|-down$/.test(id)).map(({ id }) => id);
      expect(absences).toHaveLength(8);
      expect(silent).toEqual({
        source_matchers: ['rule="collector-silent"'],
        target_matchers: [expect.stringMatching(/^rule=~"[a-z|-]+"$/)],
        equal: ["environment"],
      });
      expect(silent.target_matchers[0].slice(7, -1).split("|").sort()).toEqual(absences.sort());
    });
  });
}

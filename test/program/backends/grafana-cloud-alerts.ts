import { describe, expect, test } from "vitest";
import { isUnknown, type PropertyMap, type PropertyValue } from "../../../offline/properties.ts";
import { unwrap } from "../../../offline/secrets.ts";
import type { ProgramRun } from "../../support/engine.ts";
import { canary, nameOf, on } from "./cases.ts";

/** A preview, with everything that is made only where it is asked for. */
export const previewed = () =>
  on("grafana-cloud", {
    preview: true,
    config: { grafanaCloud: { slug: "gamescheduler", checkUrl: "https://games.example/health" } },
  });

const URL = `https://hooks.example/${canary("alertWebhook")}`;
const notifying = (contact: string, more: PropertyMap = {}) =>
  on("grafana-cloud", { config: { alerts: { contact, ...more } }, secrets: { alertWebhook: URL } });

interface Rule {
  readonly uid: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly datas: readonly { readonly refId: string; readonly datasourceUid: string; readonly model: PropertyValue }[];
  readonly notificationSettings?: Readonly<Record<string, PropertyValue>>;
}

const groups = (run: ProgramRun) => run.byType("grafana:alerting/ruleGroup:RuleGroup");
const rulesOf = (run: ProgramRun): readonly Rule[] =>
  groups(run).flatMap(({ inputs }) => inputs.rules as unknown as readonly Rule[]);
const contacts = (run: ProgramRun) => run.byType("grafana:alerting/contactPoint:ContactPoint").map(({ name }) => name);

/** How many rules have which settings, heartbeat apart. */
function routes(run: ProgramRun): readonly PropertyValue[] {
  const [heartbeat, others] = [true, false].map((beat) =>
    rulesOf(run).filter(({ labels }) => (labels.severity === "heartbeat") === beat),
  );
  return [heartbeat, others].map((rules) => {
    const settings = [...new Set((rules ?? []).map((rule) => JSON.stringify(rule.notificationSettings ?? null)))];
    return settings.map((text) => JSON.parse(text) as PropertyValue);
  });
}

const GROUPED = { groupBies: ["grafana_folder", "alertname"] };
const CONTACT = { contactPoint: "game-scheduler-otel-dev-contact", ...GROUPED };
const NOBODY = {
  contactPoint: "game-scheduler-otel-dev-nobody",
  ...GROUPED,
  muteTimings: ["game-scheduler-otel-dev-always"],
};

export function grafanaCloudAlertTests(): void {
  describe("whom Grafana Cloud notifies", () => {
    test("comes from these rule groups, replaced only after they are gone, in the stack's folder", async () => {
      const run = await on("grafana-cloud");
      expect(groups(run).map(({ inputs }) => [inputs.name, inputs.intervalSeconds])).toEqual([
        ["game-scheduler-dev-alert-rules", 60],
        ["game-scheduler-dev-burn-rates", 60],
        ["game-scheduler-dev-tokens", 600],
        ["game-scheduler-dev-usage", 600],
      ]);
      for (const { inputs, options } of groups(run)) {
        expect(inputs.folderUid).toBe("game-scheduler-otel-dev-boards");
        expect(options.deleteBeforeReplace).toBe(true);
        expect(options.dependsOn?.map(nameOf)).toEqual(
          expect.arrayContaining(["grafana-cloud-always", "grafana-cloud-nobody"]),
        );
      }
    });

    test("has uids and names of its own, a runbook or a summary, and asks the stack's data sources only", async () => {
      const rules = rulesOf(await on("grafana-cloud"));
      expect(new Set(rules.map(({ uid }) => uid)).size).toBe(rules.length);
      expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
      expect(rules.filter(({ uid }) => !/^gs-dev-[\w-]{1,33}$/.test(uid))).toEqual([]);
      const asked = new Set(rules.flatMap(({ datas }) => datas.map(({ datasourceUid }) => datasourceUid)));
      expect([...asked].sort()).toEqual(["__expr__", "grafanacloud-logs", "grafanacloud-prom", "grafanacloud-usage"]);
      const away = rules.filter(({ annotations }) => annotations.board !== undefined);
      for (const { annotations } of away)
        expect(annotations.board).toMatch(
          /^https:\/\/gamescheduler\.grafana\.net\/d\/game-scheduler-dev-[\w-]+\?var-environment=dev$/,
        );
    });

    test("reaches nobody without a contact: no rule is left to the policies of the account", async () => {
      const run = await on("grafana-cloud");
      expect(routes(run)).toEqual([[NOBODY], [NOBODY]]);
      expect(contacts(run)).toEqual(["grafana-cloud-nobody"]);
      expect(run.byName("grafana-cloud-always").inputs).toEqual({
        name: "game-scheduler-otel-dev-always",
        intervals: [{ times: [{ start: "00:00", end: "24:00" }] }],
      });
      expect(run.byType("grafana:alerting/notificationPolicy:NotificationPolicy")).toEqual([]);
    });

    test("reaches Discord, but for the dead-man's switch, which would only nag", async () => {
      const run = await notifying("discord");
      expect(routes(run)).toEqual([[NOBODY], [CONTACT]]);
      const { inputs } = run.byName("grafana-cloud-contact");
      expect(unwrap(inputs)).toEqual({ name: "game-scheduler-otel-dev-contact", discords: [{ url: URL }] });
      expect(run.leaks(canary("alertWebhook"))).toEqual([]);
    });

    test("is silent while calibrating, and says so at every rule of the stack", async () => {
      const run = await notifying("webhook", { calibration: true });
      expect(routes(run)).toEqual([[NOBODY], [NOBODY]]);
      expect(contacts(run)).toEqual(["grafana-cloud-nobody"]);
      const inspected = rulesOf(run).filter(({ labels }) => labels.area !== "cost");
      expect(inspected.filter(({ labels }) => labels.calibration !== "true")).toEqual([]);
    });

    test("warns a week before the collector's token ends, and only that question waits for the token", async () => {
      const [rule] = rulesOf(await on("grafana-cloud")).filter(({ uid }) => uid.startsWith("gs-dev-token-expiry"));
      expect(rule?.name).toBe("Grafana Cloud token expires within 7 days");
      const week = Date.parse("2027-02-22T00:00:00Z") / 1000 - 7 * 86_400;
      expect(rule?.datas.map(({ model }) => String(model).includes(String(week)))).toEqual([true, false]);
      const preview = await previewed();
      const waiting = rulesOf(preview).filter(({ datas }) => datas.some(({ model }) => isUnknown(model)));
      expect(waiting.map(({ datas }) => datas.map(({ model }) => isUnknown(model)))).toEqual([[true, false]]);
    });
  });
}

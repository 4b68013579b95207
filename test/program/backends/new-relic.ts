import { describe, expect, test } from "vitest";
import type { PropertyMap } from "../../../offline/properties.ts";
import { isSecret, unwrap } from "../../../offline/secrets.ts";
import { contentOfStackFile } from "../../../offline/stack-content.ts";
import type { ProgramRun } from "../../support/engine.ts";
import { nameOf, on, owned, providerOf, shortly } from "./cases.ts";

const run = () => on("new-relic");
const CONDITION = "newrelic:index/nrqlAlertCondition:NrqlAlertCondition";
const CONTENT = await contentOfStackFile("dev");
const ALERTS = CONTENT.alerts.length;

const notifying = (alerts: PropertyMap) =>
  on("new-relic", { config: { alerts }, secrets: { alertWebhook: "https://hooks.example/canary-alertWebhook" } });

/** Policies whose issues the workflow notifies of. */
const policiesOf = (run: ProgramRun) =>
  (run.byName("new-relic-contact", "newrelic:index/workflow:Workflow").options.propertyDependencies?.issuesFilter ?? [])
    .map(nameOf)
    .sort();

export function newRelicTests(): void {
  describe("New Relic", () => {
    test("owns these resources, each made with its own provider", async () => {
      const all = owned(await run(), "new-relic");
      expect(all.filter(({ type }) => type !== CONDITION).map((r) => [shortly(r), providerOf(r)])).toEqual([
        ["alertPolicy new-relic-alerts", "new-relic"],
        ["alertPolicy new-relic-alerts-watch", "new-relic"],
        ["apiAccessKey new-relic-browser", "new-relic"],
        ["apiAccessKey new-relic-license", "new-relic"],
        ["oneDashboardJson new-relic-boards", "new-relic"],
        [expect.stringMatching(/^pipelineCloudRule new-relic-drop-[0-9a-f]{8}$/), "new-relic"],
        ["provider newrelic new-relic", ""],
      ]);
      const conditions = all.filter(({ type }) => type === CONDITION);
      expect(conditions).toHaveLength(ALERTS);
      expect([...new Set(conditions.map(providerOf))]).toEqual(["new-relic"]);
    });

    test("puts every alert into the policy that notifies, but the heartbeat, which is always open, into one of its own", async () => {
      const seen = await on("new-relic");
      const policy = (name: string) => seen.byName(name, "newrelic:index/alertPolicy:AlertPolicy");
      for (const name of ["new-relic-alerts", "new-relic-alerts-watch"])
        expect(policy(name).inputs.incidentPreference).toBe("PER_CONDITION_AND_TARGET");
      const watched = seen
        .byType(CONDITION)
        .filter(({ options }) =>
          (options.propertyDependencies?.policyId ?? []).map(nameOf).includes("new-relic-alerts-watch"),
        );
      expect(watched.map(({ name }) => name)).toEqual(["new-relic-alerts-heartbeat"]);
    });

    test("shows what its boards are at preview, as JSON with a page a board", async () => {
      const board = (await on("new-relic", { preview: true })).byName("new-relic-boards");
      const { name, pages } = JSON.parse(String(board.inputs.json)) as { name: string; pages: readonly object[] };
      expect([name, pages.length]).toEqual(["Game Scheduler (dev)", CONTENT.boards.length]);
    });

    test.each(["discord", "slack", "webhook"] as const)(
      "notifies a contact of kind %s by a webhook whose address is secret",
      async (contact) => {
        const seen = await notifying({ contact });
        const destination = seen.byName(
          "new-relic-contact",
          "newrelic:index/notificationDestination:NotificationDestination",
        );
        expect([destination.inputs.type, isSecret(destination.inputs.secureUrl)]).toEqual(["WEBHOOK", true]);
        expect(unwrap(destination.inputs.secureUrl ?? "")).toEqual({
          prefix: "https://hooks.example/",
          secureSuffix: "canary-alertWebhook",
        });
        expect(destination.options.additionalSecretOutputs).toEqual(["secureUrl"]);
        expect(seen.leaks("canary-alertWebhook")).toEqual([]);
        expect(policiesOf(seen)).toEqual(
          contact === "webhook" ? ["new-relic-alerts", "new-relic-alerts-watch"] : ["new-relic-alerts"],
        );
      },
    );

    test("notifies addresses by one e-mail destination", async () => {
      const seen = await notifying({ contact: "email", email: ["b@example.com", "a@example.com"] });
      const destination = seen.byName(
        "new-relic-contact",
        "newrelic:index/notificationDestination:NotificationDestination",
      );
      expect(destination.inputs.properties).toEqual([{ key: "email", value: "a@example.com,b@example.com" }]);
    });

    test("in calibration runs every alert and notifies nobody", async () => {
      const silent = await notifying({ contact: "discord", calibration: true });
      expect(silent.byType(CONDITION)).toHaveLength(ALERTS);
      expect(silent.byType("newrelic:index/workflow:Workflow")).toEqual([]);
    });

    test("mints one key to send with and one for browsers, secret in state and wherever they are used", async () => {
      for (const [name, ingestType] of [
        ["new-relic-license", "LICENSE"],
        ["new-relic-browser", "BROWSER"],
      ] as const) {
        const key = (await run()).byName(name);
        expect(key.inputs).toMatchObject({ keyType: "INGEST", ingestType, accountId: "1234567" });
        expect(key.options.additionalSecretOutputs).toEqual(["key"]);
        expect(isSecret(key.outputs.key)).toBe(true);
      }
    });

    test("gives the browser key out as a secret output, since a page needs it", async () => {
      const browser = (await run()).recording.outputs.browser as PropertyMap;
      expect(Object.entries(browser).map(([name, value]) => [name, isSecret(value)])).toEqual([["new-relic", true]]);
    });

    test("drops in New Relic what the stack wants dropped, by a name that does not depend on the order", async () => {
      const [rule] = (await run()).byType("newrelic:index/pipelineCloudRule:PipelineCloudRule");
      expect(rule?.inputs).toMatchObject({
        nrql: "DELETE FROM Log WHERE level = 'debug'",
        name: `game-scheduler-otel-dev-${rule?.name.replace("new-relic-", "")}`,
      });
    });

    test("asks for no entity until telemetry has arrived, so that the first up of a fresh account succeeds", async () => {
      expect((await run()).recording.invocations).toEqual([]);
    });

    test("asks for the entity of every service that sends once it has", async () => {
      const seen = await on("new-relic", {
        preview: true,
        config: { newRelic: { accountId: "1234567", telemetrySeen: true } },
      });
      expect(seen.errors).toEqual([]);
      expect(seen.recording.invocations.map(({ token, args }) => [token, args.name]).sort()).toEqual(
        ["api", "bot", "frontend", "notification", "status"].map((name) => [
          "newrelic:index/getEntity:getEntity",
          name,
        ]),
      );
    });

    test("then has objectives, a condition for each pace of their budget, and a marker that a new deployment replaces", async () => {
      const seen = await on("new-relic", { config: { newRelic: { accountId: "1234567", telemetrySeen: true } } });
      const levels = seen.byType("newrelic:index/serviceLevel:ServiceLevel");
      expect(levels.map(({ name }) => name).sort()).toEqual(
        ["api-availability", "api-latency", "bot-success", "notification-timeliness"].map(
          (id) => `new-relic-objectives-${id}`,
        ),
      );
      expect(seen.byType(CONDITION)).toHaveLength(ALERTS + 2 * levels.length);
      const carrier = seen.byName("new-relic-deployment", "random:index/randomId:RandomId");
      expect(carrier.inputs.keepers).toEqual({ deployment: expect.stringMatching(/^[0-9a-f]{12}$/) });
      expect(carrier.options.hooks).toEqual({ afterCreate: [expect.stringContaining("new-relic-deployment-post")] });
      expect(carrier.options.dependsOn?.map(nameOf)).toEqual(expect.arrayContaining(["api", "collector", "frontend"]));
    });

    test("is signed in to with a secret key, in the account's region", async () => {
      const { inputs } = (await run()).byName("new-relic", "pulumi:providers:newrelic");
      expect(isSecret(inputs.apiKey)).toBe(true);
      expect(inputs.region).toBe("EU");
      expect((await run()).outputs.links).toEqual({
        "new-relic": "https://one.eu.newrelic.com/nr1-core?account=1234567",
      });
    });
  });
}

import { describe, expect, test } from "vitest";
import type { PropertyMap } from "../../../offline/properties.ts";
import { isSecret } from "../../../offline/secrets.ts";
import { contentOfStackFile } from "../../../offline/stack-content.ts";
import type { ProgramRun } from "../../support/engine.ts";
import { nameOf, on, owned, providerOf, shortly } from "./cases.ts";

const COLUMN = "honeycombio:index/column:Column";
const DATASET = "honeycombio:index/dataset:Dataset";
const DATASETS = ["api", "bot", "frontend", "game-scheduler-metrics", "notification", "status"];

const QUERY = "honeycombio:index/query:Query";
const ANNOTATION = "honeycombio:index/queryAnnotation:QueryAnnotation";
const BOARD = "honeycombio:index/flexibleBoard:FlexibleBoard";
const BOARDS = (await contentOfStackFile("dev")).boards.map(({ id }) => id).sort();

const adopted = () => on("honeycomb");
const paid = (alerts: PropertyMap) =>
  on("honeycomb", {
    config: { honeycomb: { plan: "pro" }, alerts },
    secrets: { alertWebhook: "https://hooks.example/canary-alertWebhook" },
  });
/** How many panels all boards have together. */
const panels = (run: ProgramRun): number =>
  run.byType(BOARD).reduce((sum, { inputs }) => sum + (inputs.panels as readonly unknown[]).length, 0);
const minted = () =>
  on("honeycomb", {
    secrets: {
      honeycombApiKey: "",
      honeycombIngestKey: "",
      honeycombManagementKeyId: "canary-management-id",
      honeycombManagementKeySecret: "canary-management-secret",
    },
  });

export function honeycombTests(): void {
  describe("Honeycomb", () => {
    test("with its keys given owns these, and no key", async () => {
      const run = await adopted();
      const all = owned(run, "honeycomb");
      const counted = Map.groupBy(all, ({ type }) => type.split(":").at(-1) ?? "");
      expect(Object.fromEntries([...counted].map(([kind, some]) => [kind, some.length]).sort())).toEqual({
        Column: expect.any(Number),
        Dataset: 6,
        FlexibleBoard: BOARDS.length,
        Marker: 1,
        Query: expect.any(Number),
        QueryAnnotation: panels(run),
        Trigger: 2,
        honeycombio: 2,
      });
      expect(
        all
          .filter(({ type }) => ![COLUMN, QUERY, ANNOTATION].includes(type))
          .map((r): [string, string] => [shortly(r), providerOf(r)])
          .toSorted(([a], [b]) => (a < b ? -1 : 1)),
      ).toEqual([
        ...DATASETS.map((name) => [`dataset honeycomb-${name}`, "honeycomb-environment"]),
        ...BOARDS.map((name) => [`flexibleBoard honeycomb-${name}`, "honeycomb-content"]),
        [expect.stringMatching(/^marker honeycomb-deployment-[0-9a-f]{12}$/), "honeycomb-content"],
        ["provider honeycombio honeycomb-content", ""],
        ["provider honeycombio honeycomb-environment", ""],
        ["trigger honeycomb-alerts-dependency-failures", "honeycomb-content"],
        ["trigger honeycomb-alerts-service-errors", "honeycomb-content"],
      ]);
      expect([...new Set(run.byType(COLUMN).map(providerOf))]).toEqual(["honeycomb-environment"]);
    });

    test("asks each question of a board once, and each board is a branch of the tree", async () => {
      const run = await adopted();
      const queries = run.byType(QUERY);
      const asked = queries.map((query) => JSON.stringify([query.parent, query.inputs]));
      expect(new Set(asked).size).toBe(queries.length);
      expect(queries.length).toBeLessThanOrEqual(panels(run));
      const parents = new Set(
        [...queries, ...run.byType(ANNOTATION), ...run.byType(BOARD)].map(({ parent }) => nameOf(parent)),
      );
      expect([...parents].sort()).toEqual(BOARDS.map((name) => `honeycomb-${name}`));
    });

    test("asks columns only once they are there: what reads them is signed in after them", async () => {
      const run = await adopted();
      const made = run.byName("honeycomb-content", "pulumi:providers:honeycombio").options.dependsOn ?? [];
      expect(made).toHaveLength(run.byType(COLUMN).length + run.byType(DATASET).length);
    });

    test("says in one sentence which alerts the plan has no room for, and which no trigger can judge", async () => {
      const said = (await adopted()).warnings.filter((warning) => warning.includes("alerts are not made:"));
      expect(said).toHaveLength(1);
      expect(said[0]).toContain("the plan allows 2 triggers");
      expect(said[0]).toContain("queue-age");
    });

    test("on a paid plan has all triggers, and objectives with their burn alerts", async () => {
      const run = await paid({ contact: "discord" });
      expect(run.byType("honeycombio:index/trigger:Trigger").length).toBeGreaterThanOrEqual(35);
      for (const [kind, count] of [
        ["derivedColumn:DerivedColumn", 4],
        ["slo:Slo", 4],
        ["burnAlert:BurnAlert", 8],
      ] as const)
        expect([kind, run.byType(`honeycombio:index/${kind}`).length]).toEqual([kind, count]);
    });

    test("has objectives of the services that are there, since they are judged in their datasets", async () => {
      const services = [{ name: "api", image: "example/api:1.0" }];
      const run = await on("honeycomb", { config: { honeycomb: { plan: "pro" }, services } });
      expect(run.errors).toEqual([]);
      expect(run.byType("honeycombio:index/slo:Slo").map(({ inputs }) => inputs.datasets)).toEqual([["api"]]);
    });

    test("notifies a contact by a webhook whose address is secret, and an address without a resource", async () => {
      const run = await paid({ contact: "discord" });
      const recipient = run.byName("honeycomb-contact-discord");
      expect([isSecret(recipient.inputs.url), recipient.options.additionalSecretOutputs]).toEqual([true, ["url"]]);
      expect(run.leaks("canary-alertWebhook")).toEqual([]);
      const mailed = await paid({ contact: "email", email: ["on-call@example.com"] });
      expect(mailed.byName("honeycomb-alerts-service-errors").inputs.recipients).toEqual([
        { type: "email", target: "on-call@example.com" },
      ]);
      expect(mailed.registrations.filter(({ type }) => type.includes("ecipient"))).toEqual([]);
    });

    test("notifies of the heartbeat only who watches for its absence", async () => {
      const notified = async (contact: string) =>
        (await paid({ contact })).byName("honeycomb-alerts-heartbeat").inputs.recipients as readonly unknown[];
      expect([(await notified("slack")).length, (await notified("webhook")).length]).toEqual([0, 1]);
    });

    test("in calibration runs every trigger and notifies nobody, so burn alerts, which need somebody, wait", async () => {
      const run = await paid({ contact: "discord", calibration: true });
      const triggers = run.byType("honeycombio:index/trigger:Trigger");
      expect(triggers.every(({ inputs }) => (inputs.recipients as readonly unknown[]).length === 0)).toBe(true);
      expect(run.byType("honeycombio:index/burnAlert:BurnAlert")).toEqual([]);
      expect(run.registrations.filter(({ type }) => type.includes("ecipient"))).toEqual([]);
    });

    test("marks a deployment after it is there, and leaves the marker when the next one comes", async () => {
      const [marker] = (await adopted()).byType("honeycombio:index/marker:Marker");
      expect(marker?.options.retainOnDelete).toBe(true);
      expect(marker?.options.dependsOn?.map(nameOf)).toEqual(expect.arrayContaining(["api", "collector", "frontend"]));
      expect(marker?.inputs).toEqual({ message: expect.stringMatching(/^Deployed .*on dev: /), type: "deploy" });
    });

    test("asks for the vendor's provider in one package, at an exact version", async () => {
      const { packages } = (await adopted()).recording;
      expect(packages.map(({ name, parameterization }) => [name, parameterization?.version])).toEqual([
        ["terraform-provider", "0.53.0"],
      ]);
    });

    test("makes columns only where a board or trigger looks: spans and logs in one dataset, metrics in theirs", async () => {
      const columns = (await on("honeycomb", { preview: true })).byType(COLUMN);
      const homes = columns.map(({ options }) => (options.propertyDependencies?.dataset ?? []).map(nameOf).join());
      expect([...new Set(homes)].sort()).toEqual(["honeycomb-api", "honeycomb-game-scheduler-metrics"]);
      expect(columns.length).toBeLessThanOrEqual(200);
    });

    test("keeps datasets and columns when the stack moves on, and takes them over when it comes back", async () => {
      const run = await adopted();
      for (const resource of [...run.byType(DATASET), ...run.byType(COLUMN)])
        expect([resource.name, resource.options.retainOnDelete]).toEqual([resource.name, true]);
      expect(run.byName("honeycomb-environment", "pulumi:providers:honeycombio").inputs.features).toBe(
        '{"column":{"importOnConflict":true},"dataset":{"importOnConflict":true}}',
      );
    });

    test("with a management key makes an environment and both its keys, each with the rights it needs", async () => {
      const run = await minted();
      expect(run.errors).toEqual([]);
      expect(run.byName("honeycomb-environment", "honeycombio:index/environment:Environment").inputs).toEqual({
        name: "dev",
        deleteProtected: true,
      });
      expect(run.byName("honeycomb-ingest").inputs).toMatchObject({
        type: "ingest",
        permissions: [{ createDatasets: true }],
      });
      const [rights] = run.byName("honeycomb-configuration").inputs.permissions as readonly object[];
      expect(Object.keys(rights ?? {}).sort()).toEqual([
        "createDatasets",
        "manageMarkers",
        "managePublicBoards",
        "manageQueries",
        "manageRecipients",
        "manageTriggers",
        "runQueries",
      ]);
      for (const name of ["honeycomb-ingest", "honeycomb-configuration"]) {
        const key = run.byName(name);
        expect([providerOf(key), isSecret(key.outputs.key)]).toEqual(["honeycomb-team", true]);
        expect(key.options.additionalSecretOutputs).toEqual(["key", "secret"]);
      }
      expect(run.leaks("canary-management")).toEqual([]);
    });

    test("sends metrics with the header that names their dataset, and the rest without", async () => {
      const config = (await adopted()).container("collector").files["/etc/otelcol/config.yaml"] ?? "";
      expect(config.match(/x-honeycomb-dataset: game-scheduler-metrics/g)).toHaveLength(1);
      expect(config.match(/x-honeycomb-team: \$\{file:\/run\/secrets\/honeycomb-ingest-key\}/g)).toHaveLength(2);
    });
  });
}

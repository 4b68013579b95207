import { describe, expect, test } from "vitest";
import { isSecret } from "../../../offline/secrets.ts";
import { nameOf, on, owned, providerOf, shortly } from "./cases.ts";

const COLUMN = "honeycombio:index/column:Column";
const DATASET = "honeycombio:index/dataset:Dataset";
const DATASETS = ["api", "bot", "frontend", "game-scheduler-metrics", "notification", "status"];

const adopted = () => on("honeycomb");
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
    test("with its keys given owns one provider, its datasets and columns, and no key", async () => {
      const run = await adopted();
      expect(
        owned(run, "honeycomb")
          .filter(({ type }) => type !== COLUMN)
          .map((r) => [shortly(r), providerOf(r)]),
      ).toEqual([
        ...DATASETS.map((name) => [`dataset honeycomb-${name}`, "honeycomb-environment"]),
        ["provider honeycombio honeycomb-environment", ""],
      ]);
      expect(run.byType(COLUMN).map(providerOf)).toEqual(run.byType(COLUMN).map(() => "honeycomb-environment"));
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
      expect(columns.length).toBeLessThanOrEqual(160);
    });

    test("keeps datasets and columns when the stack moves on, and takes them over when it comes back", async () => {
      const run = await adopted();
      for (const resource of [...run.byType(DATASET), ...run.byType(COLUMN)])
        expect([resource.name, resource.options.retainOnDelete]).toEqual([resource.name, true]);
      expect(run.byName("honeycomb-environment", "pulumi:providers:honeycombio").inputs.features).toBe(
        '[{"columns":[{"importOnConflict":true}],"datasets":[{"importOnConflict":true}]}]',
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

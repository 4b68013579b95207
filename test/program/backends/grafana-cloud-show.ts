import { describe, expect, test } from "vitest";
import { contentOfStackFile } from "../../../offline/stack-content.ts";
import { touched } from "../../support/engine.ts";
import { nameOf, on } from "./cases.ts";
import { previewed } from "./grafana-cloud-alerts.ts";

const { boards: BOARDS } = await contentOfStackFile("dev");

const adopted = () => on("grafana-cloud");

interface Board {
  readonly uid: string;
  readonly title: string;
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly current: { readonly value: string } }[];
  };
  readonly annotations: { readonly list: readonly { readonly target?: { readonly tags?: readonly string[] } }[] };
}

export function grafanaCloudShowTests(): void {
  describe("what Grafana Cloud shows", () => {
    test("is every board, in this stack's folder, with uids that no other stack has", async () => {
      const run = await adopted();
      const boards = run.byType("grafana:oss/dashboard:Dashboard");
      expect(boards).toHaveLength(BOARDS.length);
      for (const { name, inputs } of boards) {
        const board = JSON.parse(String(inputs.configJson)) as Board;
        expect(inputs).toEqual({
          configJson: expect.any(String),
          folder: "game-scheduler-otel-dev-boards",
          overwrite: true,
        });
        expect(board.uid).toBe(`game-scheduler-dev-${name.replace("grafana-cloud-board-", "")}`);
        expect(Object.fromEntries(board.templating.list.map((v) => [v.name, v.current.value]))).toEqual({
          prometheus: "grafanacloud-prom",
          logs: "grafanacloud-logs",
          traces: "grafanacloud-traces",
          environment: "dev",
        });
      }
    });

    test("is known at preview to the last character", async () => {
      const run = await previewed();
      const now = (await adopted()).byType("grafana:oss/dashboard:Dashboard");
      expect(run.byType("grafana:oss/dashboard:Dashboard").map(({ inputs }) => inputs.configJson)).toEqual(
        now.map(({ inputs }) => inputs.configJson),
      );
    });

    test("is every objective that metrics can count, kept in the stack's own Prometheus", async () => {
      const slos = (await adopted()).byType("grafana:slo/sLO:SLO");
      expect(slos.map(({ inputs }) => [inputs.name, inputs.objectives])).toEqual([
        ["api availability (dev)", [{ value: 0.995, window: "28d" }]],
        ["api latency (dev)", [{ value: 0.95, window: "28d" }]],
        ["bot success (dev)", [{ value: 0.99, window: "28d" }]],
      ]);
      for (const { inputs } of slos) {
        expect(inputs.destinationDatasource).toEqual({ uid: "grafanacloud-prom" });
        expect(inputs.folderUid).toBe("game-scheduler-otel-dev-boards");
        expect(inputs).not.toHaveProperty("alerting");
      }
    });

    test("is the deployment, once all of it is there", async () => {
      const run = await adopted();
      const { inputs, options } = run.byName("grafana-cloud-deployment");
      expect(inputs).toEqual({
        text: expect.stringMatching(/^Deployed 0123456789ab on dev: discord, api, bot/),
        tags: ["game-scheduler", "deployment", "environment:dev", expect.stringMatching(/^deployment:[0-9a-f]{12}$/)],
      });
      expect(options).toMatchObject({ retainOnDelete: true, replaceOnChanges: ["text", "tags"] });
      const after = options.dependsOn?.map(nameOf);
      for (const name of ["collector", "api", "bot", "notification", "status", "frontend"])
        expect(after).toContain(name);
    });

    test("marks the deployment on the boards by the tags it has", async () => {
      const run = await adopted();
      const board = JSON.parse(String(run.byName("grafana-cloud-board-overview").inputs.configJson)) as Board;
      const asked = board.annotations.list.flatMap(({ target }) => target?.tags ?? []);
      const given = run.byName("grafana-cloud-deployment").inputs.tags as readonly string[];
      expect(asked.map((tag) => tag.replace("$environment", "dev"))).toEqual(given.slice(0, 3));
    });

    test("is marked anew by a new commit, and by nothing else", async () => {
      const next = await on("grafana-cloud", { config: { commit: "fedcba9876543210" } });
      const steps = touched(await adopted(), next);
      expect({ ...steps, replace: steps.replace.map(nameOf).sort() }).toEqual({
        create: [],
        update: [],
        replace: ["deployment", "grafana-cloud-deployment"],
        delete: [],
      });
    });
  });
}

import { describe, expect, test } from "vitest";
import { type GrafanaConfig, renderGrafanaBoards } from "../../../dashboards/render/grafana/boards.ts";
import { fullContent } from "../../support/content.ts";
import { logqlFaults, promqlFaults, traceqlFaults } from "./grammar.ts";

const onJaeger: GrafanaConfig = {
  environment: "dev",
  content: fullContent,
  dataSources: {
    prometheus: "prometheus",
    logs: { kind: "loki", uid: "loki" },
    traces: { kind: "jaeger", uid: "jaeger" },
  },
};
const onTempo: GrafanaConfig = {
  ...onJaeger,
  dataSources: { ...onJaeger.dataSources, traces: { kind: "tempo", uid: "tempo" } },
};

interface Target {
  readonly expr?: string;
  readonly query?: string;
  readonly queryType?: string;
  readonly datasource?: { readonly type: string; readonly uid: string };
}
interface GrafanaPanel {
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Target[];
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
}
interface GrafanaBoard {
  readonly uid: string;
  readonly panels: readonly GrafanaPanel[];
}

function parsed(config: GrafanaConfig): readonly GrafanaBoard[] {
  return renderGrafanaBoards(config).map((board) => JSON.parse(board.json) as GrafanaBoard);
}

const configs = [
  ["Jaeger", onJaeger],
  ["Tempo", onTempo],
  ["Grafana Cloud", { ...onTempo, identity: "job" as const, deployments: "annotations" as const }],
] as const;

describe("Grafana boards", () => {
  test("are one for each service, each store, the machine, the collector and all together, with stable uids", () => {
    const boards = renderGrafanaBoards(onTempo);
    expect(boards.map((board) => board.uid)).toEqual([
      "game-scheduler-overview",
      "game-scheduler-games",
      "game-scheduler-service-api",
      "game-scheduler-service-bot",
      "game-scheduler-service-notification",
      "game-scheduler-service-status",
      "game-scheduler-service-frontend",
      "game-scheduler-service-worker",
      "game-scheduler-messaging",
      "game-scheduler-postgresql",
      "game-scheduler-redis",
      "game-scheduler-rabbitmq",
      "game-scheduler-machine",
      "game-scheduler-collector",
      "game-scheduler-deploys",
    ]);
    expect(boards.filter((board) => board.uid.length > 40)).toEqual([]);
    expect(new Set(boards.map((board) => board.folder))).toEqual(new Set(["Game Scheduler"]));
  });

  test("come out identical the second time, with neither id nor version", () => {
    expect(renderGrafanaBoards(onJaeger)).toEqual(renderGrafanaBoards(onJaeger));
    for (const board of parsed(onJaeger)) {
      expect(Object.keys(board)).not.toContain("id");
      expect(Object.keys(board)).not.toContain("version");
    }
  });

  test.each(configs)("have no two panels over each other and none outside the 24 columns (%s)", (_, config) => {
    for (const board of parsed(config)) {
      const cells = new Set<string>();
      for (const { gridPos, title } of board.panels) {
        expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
          for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
            expect(cells.has(`${x},${y}`), `${board.uid}: ${title} at ${x},${y}`).toBe(false);
            cells.add(`${x},${y}`);
          }
        }
      }
    }
  });

  test("give every panel its own title on its board, a note, and every chart a unit", () => {
    for (const board of parsed(onTempo)) {
      const panels = board.panels.filter((panel) => panel.type !== "row");
      const titles = panels.map((panel) => panel.title);
      expect(
        titles.filter((title, index) => titles.indexOf(title) !== index),
        board.uid,
      ).toEqual([]);
      expect(panels.filter((panel) => (panel.description ?? "") === "")).toEqual([]);
      const charts = panels.filter((panel) => ["timeseries", "stat", "bargauge"].includes(panel.type));
      expect(charts.filter((panel) => panel.fieldConfig?.defaults.unit === undefined)).toEqual([]);
    }
  });

  test.each(configs)("ask only questions that PromQL, LogQL and TraceQL understand (%s)", (_, config) => {
    let asked = 0;
    for (const board of parsed(config)) {
      for (const target of board.panels.flatMap((panel) => panel.targets ?? [])) {
        if (target.expr !== undefined) {
          const faults = target.datasource?.type === "loki" ? logqlFaults(target.expr) : promqlFaults(target.expr);
          expect(faults, target.expr).toEqual([]);
          asked++;
        }
        if (target.query !== undefined) {
          expect(traceqlFaults(target.query), target.query).toEqual([]);
          asked++;
        }
      }
    }
    expect(asked).toBeGreaterThan(150);
  });

  test("reach every data source by a variable", () => {
    for (const board of parsed(onJaeger)) {
      const uids = board.panels.flatMap((panel) => panel.targets ?? []).map((target) => target.datasource?.uid);
      expect([...new Set(uids)].every((uid) => uid !== undefined && /^\$\{(prometheus|logs|traces)\}$/.test(uid))).toBe(
        true,
      );
    }
  });
});

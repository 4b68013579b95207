import { readFileSync } from "node:fs";
import { join } from "node:path";
import { applyPatch } from "diff";
import { describe, expect, test } from "vitest";
import { renderGrafanaBoards } from "../../../dashboards/render/grafana/boards.ts";
import { boardPatch } from "../../../drift/boards/patch.ts";
import type { BoardPatch } from "../../../drift/report.ts";
import { exampleContent } from "../../support/content.ts";

const root = join(import.meta.dirname, "../../..");
const FILES = [
  ...["boards/overview.ts", "boards/postgres.ts", "boards/service.ts", "signals/http.ts", "signals/postgres.ts"].map(
    (file) => `dashboards/${file}`,
  ),
  "example/content.ts",
];
const sources = Object.fromEntries(FILES.map((file) => [file, readFileSync(join(root, file), "utf8")]));
const model = { content: exampleContent, sources };

const boards = renderGrafanaBoards({
  environment: "test",
  content: exampleContent,
  dataSources: { prometheus: "p", logs: { kind: "loki", uid: "l" }, traces: { kind: "tempo", uid: "t" } },
});
const deployed = (id: string): string => boards.find((board) => board.id === id)?.json ?? "";

/** A dashboard as JSON that a test changes as a person does in Grafana. */
interface Json {
  title: string;
  description: string;
  panels: JsonPanel[];
}
interface JsonPanel {
  id?: number;
  type: string;
  title: string;
  description?: string;
  gridPos: { x: number; y: number; w: number; h: number };
  pluginVersion?: string;
  fieldConfig?: {
    defaults: {
      unit?: string;
      decimals?: number;
      noValue?: string;
      mappings?: unknown[];
      color?: object;
      custom?: object;
      thresholds?: { mode: string; steps: { value: number | null; color: string }[] };
    };
    overrides?: unknown[];
  };
  targets?: { expr: string; legendFormat?: string; refId: string; editorMode?: string }[];
}

/** As Grafana stores it: with ids, plugin versions and its defaults for everything that was left out. */
function stored(id: string, edit: (board: Json, panel: (title: string) => JsonPanel) => void): string {
  const board = JSON.parse(deployed(id)) as Json;
  board.panels.forEach((panel, index) => {
    panel.id = index + 1;
    panel.pluginVersion = "13.2.0";
    for (const target of panel.targets ?? []) target.editorMode = "code";
    if (panel.fieldConfig === undefined) return;
    const { defaults } = panel.fieldConfig;
    panel.fieldConfig.overrides ??= [];
    defaults.mappings = [];
    defaults.color = { mode: "palette-classic" };
    defaults.thresholds ??= {
      mode: "absolute",
      steps: [
        { value: null, color: "green" },
        { value: 80, color: "red" },
      ],
    };
  });
  edit(board, (title) => board.panels.find((panel) => panel.title === title && panel.type !== "row") as JsonPanel);
  return JSON.stringify({ ...board, id: 7, version: 12, schemaVersion: 42 });
}

const patch = (id: string, edit: Parameters<typeof stored>[1]): BoardPatch =>
  boardPatch(deployed(id), stored(id, edit), model);

/** Lines of the files that the patch changes, once it is applied by somebody else's program. */
function applied({ diff }: BoardPatch): readonly string[] {
  const parts = diff.split(/^(?=--- a\/)/m).filter(Boolean);
  return parts.flatMap((part) => {
    const [, file = ""] = /^--- a\/(.+)$/m.exec(part) ?? [];
    const before = sources[file] ?? "";
    const after = applyPatch(before, part);
    if (after === false) throw new Error(`does not apply: ${part}`);
    const old = new Set(before.split("\n"));
    return after
      .split("\n")
      .filter((line) => !old.has(line))
      .map((line) => line.trim());
  });
}

describe("a board that somebody saved in Grafana", () => {
  test.each(boards.map(({ id }) => id))("%s: nothing was edited, so nothing is said, whatever Grafana adds", (id) => {
    expect(patch(id, () => undefined)).toEqual({ edits: [], diff: "" });
  });

  test("title, note and text without a value of a panel: their arguments in the board's file", () => {
    const made = patch("overview", (_, panel) => {
      const failed = panel("Failed");
      failed.title = "Failed work";
      failed.description = "Above 2 % people notice.";
      if (failed.fieldConfig) failed.fieldConfig.defaults.noValue = "idle";
    });
    expect(made.edits).toEqual([
      expect.stringMatching(
        /^panel "Failed" in row "Now": title is now "Failed work" \(dashboards\/boards\/overview\.ts:\d+\)$/,
      ),
      expect.stringContaining('description is now "Above 2 % people notice."'),
      expect.stringContaining('text without a value is now "idle"'),
    ]);
    expect(applied(made)).toEqual([
      'stat("Failed work", "Above 2 % people notice.", all.failedTotal, SHARE_BAD, "idle"),',
    ]);
  });

  test("thresholds: the shared ones where the file has them, else bounds of its own, with their import", () => {
    const latency = patch("overview", (_, panel) => {
      const { defaults } = panel("p95").fieldConfig ?? { defaults: {} };
      defaults.thresholds = steps([null, "green"], [0.25, "orange"], [1.5, "red"]);
    });
    expect(latency.edits[0]).toContain("thresholds are now green, orange from 0.25, red from 1.5");
    expect(applied(latency)).toEqual([
      expect.stringMatching(/^import \{ .*worseAbove.* \} from "\.\.\/model\/thresholds\.ts";$/),
      expect.stringMatching(/^stat\("p95", .*, all\.latencyTotal, worseAbove\(0\.25, 1\.5\), "no work"\),$/),
    ]);
    const shared = patch("postgresql", (_, panel) => {
      const { defaults } = panel("Cache hits").fieldConfig ?? { defaults: {} };
      defaults.thresholds = steps([null, "red"], [0.5, "orange"], [0.9, "green"]);
    });
    expect(applied(shared)).toEqual([expect.stringContaining("pg.cacheHitShare, worseBelow(0.9, 0.5)")]);
  });

  test("thresholds that the model cannot say are said and not patched", () => {
    const made = patch("overview", (_, panel) => {
      const { defaults } = panel("p95").fieldConfig ?? { defaults: {} };
      defaults.thresholds = steps([null, "green"], [1, "red"]);
    });
    expect(made).toEqual({
      edits: [
        'panel "p95" in row "Now": thresholds are now green, red from 1; the model has two bounds, green to orange to red, on one side',
      ],
      diff: "",
    });
  });

  test("unit: that of the signal, in its file; one that the model has not is said", () => {
    const made = patch("postgresql", (_, panel) => {
      const { defaults } = panel("Dead rows").fieldConfig ?? { defaults: {} };
      defaults.unit = "percent";
    });
    expect(made.edits).toEqual([
      'panel "Dead rows" in row "Tables": unit is now "percent": that of signal postgres-dead-rows, wherever it is shown',
    ]);
    expect(applied(made)).toEqual(['deadRows: signal("postgres-dead-rows", "Dead rows", "percent", {']);
    const foreign = patch("postgresql", (_, panel) => {
      const { defaults } = panel("Dead rows").fieldConfig ?? { defaults: {} };
      defaults.unit = "celsius";
    });
    expect([foreign.edits[0], foreign.diff]).toEqual([expect.stringContaining("the model has no such unit"), ""]);
  });

  test("query: the signal that asks for it, where one does, else its text", () => {
    const other = (JSON.parse(deployed("service-api")) as Json).panels.find(({ title }) => title === "Requests")
      ?.targets?.[0];
    const made = patch("service-bot", (_, panel) => {
      const [target] = panel("Handled").targets ?? [];
      if (target) target.expr = other?.expr ?? "";
    });
    expect(made.edits[0]).toMatch(
      /query A is now that of signal api-requests-total|query A is now that of signal api-/,
    );
    const own = patch("service-bot", (_, panel) => {
      const [target] = panel("Handled").targets ?? [];
      if (target) target.expr = 'sum(rate(my_metric{team="a"}[5m]))';
    });
    expect(own.edits[0]).toContain(
      'query A is now sum(rate(my_metric{team="a"}[5m])), which is no signal\'s: write one in dashboards/signals for it',
    );
  });

  test("another kind of chart: another function, with its import", () => {
    const made = patch("postgresql", (_, panel) => {
      panel("Dead rows").type = "bargauge";
    });
    expect(made.edits[0]).toContain("is now shown as bargauge");
    expect(applied(made).some((line) => line.startsWith('bars("Dead rows"'))).toBe(true);
  });

  test("a row's title, a removed panel", () => {
    const made = patch("postgresql", (board) => {
      const row = board.panels.find(({ type, title }) => type === "row" && title === "Tables");
      if (row) row.title = "Tables and rows";
      board.panels = board.panels.filter(({ title }) => title !== "Dead rows");
    });
    expect(made.edits).toEqual([
      'row "Tables" is now "Tables and rows"',
      'panel "Dead rows" in row "Tables" was removed',
    ]);
    const after = applied(made);
    expect(after).toContain('"Tables and rows",');
    expect(made.diff).toMatch(/^- .*lines\("Dead rows"/m);
  });

  test("an added panel: the call to write where its query is a signal's, else its query", () => {
    const added = (expr: string) =>
      patch("postgresql", (board, panel) => {
        const like = panel("Dead rows");
        board.panels.push({
          ...like,
          title: "Mine",
          description: "",
          gridPos: { x: 0, y: 90, w: 12, h: 8 },
          targets: [{ expr, refId: "A" }],
        });
      }).edits;
    const known =
      (JSON.parse(deployed("postgresql")) as Json).panels.find(({ title }) => title === "Dead rows")?.targets?.[0]
        ?.expr ?? "";
    expect(added(known)).toEqual([
      expect.stringContaining('write lines("Mine", "", …) with signal postgres-dead-rows'),
    ]);
    expect(added("up")).toEqual([
      expect.stringContaining("its queries are no signals of ours, so write them in dashboards/signals first: up"),
    ]);
  });

  test("the board of a service: a note changes for every service of its role; its title is the service's name", () => {
    const made = patch("service-api", (board, panel) => {
      board.title = "API";
      panel("Rate by operation").description = "What is asked for, by route.";
    });
    expect(made.edits).toEqual([
      'board "api": title is now "API"; it is made from the name of its service, so change dashboards/boards/service.ts by hand',
      expect.stringContaining("on the board of every service of that role"),
    ]);
    expect(applied(made)).toEqual(['lines("Rate by operation", "What is asked for, by route.", http.byRoute),']);
  });

  test("what is written more than once, moved, or has no word in the model is said and not patched", () => {
    const made = patch("service-api", (_, panel) => {
      panel("Requests").gridPos.w = 12;
      const { defaults } = panel("Requests").fieldConfig ?? { defaults: {} };
      defaults.decimals = 2;
    });
    expect(made).toEqual({
      edits: [
        'panel "Requests" in row "Now": decimals is now 2; the model has no word for it: dashboards/render/grafana/panels.ts',
        "1 panel moved or resized, which the model does by itself: order and rows are those of dashboards/boards/service.ts",
      ],
      diff: "",
    });
  });

  test("a board of a content pack: the pack's own file", () => {
    const [pack] = exampleContent.boards.filter(({ id }) => sources["example/content.ts"]?.includes(`"${id}"`));
    const title = pack?.rows[0]?.panels[0]?.title ?? "";
    const made = patch(pack?.id ?? "", (_, panel) => {
      panel(title).title = "Mine";
    });
    expect(made.diff).toContain("--- a/example/content.ts");
    expect(applied(made).join("\n")).toContain('"Mine"');
  });
});

const steps = (...all: readonly (readonly [value: number | null, color: string])[]) => ({
  mode: "absolute",
  steps: all.map(([value, color]) => ({ value, color })),
});

import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import { goJson } from "../../../formats/go.ts";
import type { Board } from "../../model/board.ts";
import { layOut } from "../../model/layout.ts";
import { annotations } from "./annotations.ts";
import type { GrafanaConfig, RenderedBoard } from "./config.ts";
import { boardUid, folderOf, LOG_PLUGINS, PROMETHEUS } from "./config.ts";
import { grafanaPanel } from "./panels.ts";

export type { GrafanaConfig, RenderedBoard } from "./config.ts";

/** Every board of the stack, for a Grafana. */
export function renderGrafanaBoards(config: GrafanaConfig): readonly RenderedBoard[] {
  return config.content.boards.map((board) => ({
    id: board.id,
    uid: boardUid(board.id, config),
    folder: folderOf(config),
    title: board.title,
    json: goJson(build(board, config)),
  }));
}

function build(board: Board, config: GrafanaConfig): dashboard.Dashboard {
  const { prometheus, logs, traces } = config.dataSources;
  const built = new dashboard.DashboardBuilder(board.title)
    .uid(boardUid(board.id, config))
    .description(board.question)
    .tags([config.content.namespace])
    .time({ from: "now-1h", to: "now" })
    .refresh("30s")
    .timezone("browser")
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .withVariable(sourceVariable("prometheus", "Metrics", "prometheus", prometheus))
    .withVariable(sourceVariable("logs", "Logs", LOG_PLUGINS[logs.kind], logs.uid))
    .withVariable(sourceVariable("traces", "Traces", traces.kind, traces.uid))
    .withVariable(environmentVariable(config.environment))
    .link(
      new dashboard.DashboardLinkBuilder("Other boards")
        .type(dashboard.DashboardLinkType.Dashboards)
        .tags([config.content.namespace])
        .asDropdown(true)
        .includeVars(true)
        .keepTime(true),
    );
  for (const annotation of annotations(config)) built.annotation(annotation);
  for (const { row, y, panels } of layOut(board.rows)) {
    built.withRow(new dashboard.RowBuilder(row.title).gridPos({ x: 0, y, w: 24, h: 1 }));
    for (const { panel, at } of panels) built.withPanel(grafanaPanel(panel, at, config));
  }
  return built.build();
}

function sourceVariable(name: string, label: string, type: string, uid: string): dashboard.DatasourceVariableBuilder {
  return new dashboard.DatasourceVariableBuilder(name)
    .label(label)
    .type(type)
    .hide(dashboard.VariableHide.HideVariable)
    .current({ text: uid, value: uid, selected: true });
}

function environmentVariable(environment: string): dashboard.QueryVariableBuilder {
  return new dashboard.QueryVariableBuilder("environment")
    .label("Environment")
    .datasource(PROMETHEUS)
    .query("label_values(traces_span_metrics_calls_total, deployment_environment_name)")
    .refresh(dashboard.VariableRefresh.OnDashboardLoad)
    .sort(dashboard.VariableSort.AlphabeticalAsc)
    .current({ text: environment, value: environment, selected: true });
}

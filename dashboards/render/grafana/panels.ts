import * as bargauge from "@grafana/grafana-foundation-sdk/bargauge";
import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import * as common from "@grafana/grafana-foundation-sdk/common";
import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import * as logs from "@grafana/grafana-foundation-sdk/logs";
import * as nodegraph from "@grafana/grafana-foundation-sdk/nodegraph";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as table from "@grafana/grafana-foundation-sdk/table";
import * as text from "@grafana/grafana-foundation-sdk/text";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";
import type { ChartPanel, LogsPanel, MapPanel, Panel, TextPanel, Thresholds, TracesPanel } from "../../model/board.ts";
import { unitOf } from "../../model/board.ts";
import type { Position } from "../../model/layout.ts";
import type { GrafanaConfig } from "./config.ts";
import { SOURCE_VARIABLES } from "./config.ts";
import { logRecords, logSource } from "./log-queries.ts";
import { chartTargets, edgeTargets, mapTarget, tracesTarget } from "./targets.ts";
import { grafanaUnit } from "./units.ts";

const PROMETHEUS = { type: "prometheus", uid: `\${${SOURCE_VARIABLES.prometheus}}` };

/** One panel as Grafana draws it. */
export function grafanaPanel(panel: Panel, at: Position, config: GrafanaConfig): Builder<dashboard.Panel> {
  switch (panel.kind) {
    case "lines":
    case "stacked":
      return lines(panel, at, config);
    case "stat":
      return numbers(panel, at, config);
    case "bars":
      return bars(panel, at, config);
    case "table":
      return rows(panel, at, config);
    case "logs":
      return logLinesPanel(panel, at, config);
    case "traces":
      return traces(panel, at, config);
    case "map":
      return map(panel, at, config);
    case "text":
      return words(panel, at);
    default:
      return panel satisfies never;
  }
}

function lines(panel: ChartPanel, at: Position, config: GrafanaConfig): Builder<dashboard.Panel> {
  const stacked = panel.kind === "stacked";
  const built = new timeseries.PanelBuilder()
    .title(panel.title)
    .description(panel.note)
    .gridPos(at)
    .datasource(PROMETHEUS)
    .targets(chartTargets(panel, config))
    .unit(grafanaUnit(unitOf(panel)))
    .min(0)
    .noValue(panel.empty ?? "no data")
    .lineWidth(2)
    .fillOpacity(stacked ? 40 : 8)
    .showPoints(common.VisibilityMode.Never)
    .spanNulls(120_000)
    .legend(
      new common.VizLegendOptionsBuilder()
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom)
        .showLegend(true)
        .calcs(["lastNotNull"]),
    )
    .tooltip(
      new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending),
    );
  if (stacked) built.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal));
  if (panel.thresholds !== undefined) {
    built
      .thresholds(steps(panel.thresholds))
      .thresholdsStyle(new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed));
  }
  return built;
}

function numbers(panel: ChartPanel, at: Position, config: GrafanaConfig): Builder<dashboard.Panel> {
  const built = new stat.PanelBuilder()
    .title(panel.title)
    .description(panel.note)
    .gridPos(at)
    .datasource(PROMETHEUS)
    .targets(chartTargets(panel, config))
    .unit(grafanaUnit(unitOf(panel)))
    .noValue(panel.empty ?? "no data")
    .graphMode(common.BigValueGraphMode.Area)
    .colorMode(panel.thresholds === undefined ? common.BigValueColorMode.None : common.BigValueColorMode.Value)
    .textMode(panel.signals.length > 1 ? common.BigValueTextMode.ValueAndName : common.BigValueTextMode.Auto)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]));
  if (panel.thresholds !== undefined) built.thresholds(steps(panel.thresholds));
  return built;
}

function bars(panel: ChartPanel, at: Position, config: GrafanaConfig): Builder<dashboard.Panel> {
  const built = new bargauge.PanelBuilder()
    .title(panel.title)
    .description(panel.note)
    .gridPos(at)
    .datasource(PROMETHEUS)
    .targets(chartTargets(panel, config))
    .unit(grafanaUnit(unitOf(panel)))
    .min(0)
    .noValue(panel.empty ?? "no data")
    .orientation(common.VizOrientation.Horizontal)
    .displayMode(common.BarGaugeDisplayMode.Basic)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]));
  if (panel.thresholds !== undefined) built.thresholds(steps(panel.thresholds));
  return built;
}

function rows(panel: ChartPanel, at: Position, config: GrafanaConfig): Builder<dashboard.Panel> {
  const built = new table.PanelBuilder()
    .title(panel.title)
    .description(panel.note)
    .gridPos(at)
    .datasource(PROMETHEUS)
    .targets(chartTargets(panel, config))
    .unit(grafanaUnit(unitOf(panel)))
    .noValue(panel.empty ?? "no data")
    .withTransformation({ id: "reduce", options: { reducers: ["lastNotNull"], labelsToFields: true } })
    .withTransformation({
      id: "organize",
      options: { excludeByName: { Field: true }, renameByName: { "Last *": panel.signals[0]?.name ?? "Value" } },
    });
  if (panel.thresholds !== undefined) built.thresholds(steps(panel.thresholds));
  return built;
}

function logLinesPanel(panel: LogsPanel, at: Position, config: GrafanaConfig): Builder<dashboard.Panel> {
  return new logs.PanelBuilder()
    .title(panel.title)
    .description(panel.note)
    .gridPos(at)
    .datasource(logSource(config))
    .withTarget(logRecords(panel.where, panel.severity, config))
    .showTime(true)
    .wrapLogMessage(true)
    .enableLogDetails(true)
    .sortOrder(common.LogsSortOrder.Descending)
    .dedupStrategy(common.LogsDedupStrategy.None);
}

function traces(panel: TracesPanel, at: Position, config: GrafanaConfig): Builder<dashboard.Panel> {
  return new table.PanelBuilder()
    .title(panel.title)
    .description(panel.note)
    .gridPos(at)
    .datasource({ type: config.dataSources.traces.kind, uid: `\${${SOURCE_VARIABLES.traces}}` })
    .withTarget(tracesTarget(panel, config))
    .noValue("none");
}

function map(panel: MapPanel, at: Position, config: GrafanaConfig): Builder<dashboard.Panel> {
  if (config.dataSources.traces.kind === "tempo") {
    return new nodegraph.PanelBuilder()
      .title(panel.title)
      .description(panel.note)
      .gridPos(at)
      .datasource({ type: "tempo", uid: `\${${SOURCE_VARIABLES.traces}}` })
      .withTarget(mapTarget());
  }
  return new table.PanelBuilder()
    .title(panel.title)
    .description(panel.note)
    .gridPos(at)
    .datasource(PROMETHEUS)
    .targets(edgeTargets(panel, config))
    .noValue("no calls")
    .withTransformation({ id: "merge", options: {} })
    .withTransformation({
      id: "organize",
      options: {
        excludeByName: { Time: true },
        renameByName: { "Value #A": panel.rate.name, "Value #B": panel.failed.name, "Value #C": panel.latency.name },
      },
    })
    .overrideByName(panel.rate.name, [{ id: "unit", value: grafanaUnit(panel.rate.unit) }])
    .overrideByName(panel.failed.name, [{ id: "unit", value: grafanaUnit(panel.failed.unit) }])
    .overrideByName(panel.latency.name, [{ id: "unit", value: grafanaUnit(panel.latency.unit) }]);
}

function words(panel: TextPanel, at: Position): Builder<dashboard.Panel> {
  return new text.PanelBuilder()
    .title(panel.title)
    .description(panel.note)
    .gridPos(at)
    .mode(text.TextMode.Markdown)
    .content(panel.markdown);
}

/** Green is well, orange is look, red is act: the same on every board. */
function steps(thresholds: Thresholds): Builder<dashboard.ThresholdsConfig> {
  const config = new dashboard.ThresholdsConfigBuilder().mode(dashboard.ThresholdsMode.Absolute);
  if (thresholds.direction === "above") {
    return config.steps([
      { value: null, color: "green" },
      { value: thresholds.warn, color: "orange" },
      { value: thresholds.bad, color: "red" },
    ]);
  }
  return config.steps([
    { value: null, color: "red" },
    { value: thresholds.bad, color: "orange" },
    { value: thresholds.warn, color: "green" },
  ]);
}

import * as bargauge from "@grafana/grafana-foundation-sdk/bargauge";
import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import * as common from "@grafana/grafana-foundation-sdk/common";
import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import * as logs from "@grafana/grafana-foundation-sdk/logs";
import * as nodegraph from "@grafana/grafana-foundation-sdk/nodegraph";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as table from "@grafana/grafana-foundation-sdk/table";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";
import type { ChartPanel, LogsPanel, MapPanel, Panel, Thresholds, TracesPanel } from "../../model/board.ts";
import { unitOf } from "../../model/board.ts";
import type { Position } from "../../model/layout.ts";
import type { GrafanaConfig } from "./config.ts";
import { PROMETHEUS, sourceBy } from "./config.ts";
import { logRecords, logSource } from "./log-queries.ts";
import { chartTargets, edgeTargets, mapTarget, refId, tracesTarget } from "./targets.ts";
import { GRAFANA_UNITS } from "./units.ts";

/** One panel as Grafana draws it. */
export function grafanaPanel(panel: Panel, at: Position, config: GrafanaConfig): Builder<dashboard.Panel> {
  return built(panel, config).title(panel.title).description(panel.note).gridPos(at);
}

/** What every kind of panel can be given. */
interface PanelBuilder extends Builder<dashboard.Panel> {
  title(text: string): this;
  description(text: string): this;
  gridPos(at: Position): this;
}

function built(panel: Panel, config: GrafanaConfig): PanelBuilder {
  switch (panel.kind) {
    case "lines":
    case "stacked":
      return lines(panel, config);
    case "stat":
      return numbers(panel, config);
    case "bars":
      return bars(panel, config);
    case "table":
      return rows(panel, config);
    case "logs":
      return logLinesPanel(panel, config);
    case "traces":
      return traces(panel, config);
    case "map":
      return map(panel, config);
    default:
      return panel satisfies never;
  }
}

/** What every chart can be given. */
interface ChartBuilder extends PanelBuilder {
  datasource(source: common.DataSourceRef): this;
  targets(queries: Builder<Dataquery>[]): this;
  unit(name: string): this;
  noValue(text: string): this;
  thresholds(steps: Builder<dashboard.ThresholdsConfig>): this;
}

/** The chart with its numbers. */
function charted<B extends ChartBuilder>(builder: B, panel: ChartPanel, config: GrafanaConfig): B {
  builder
    .datasource(PROMETHEUS)
    .targets(chartTargets(panel, config))
    .unit(GRAFANA_UNITS[unitOf(panel)])
    .noValue(panel.empty ?? "no data");
  if (panel.thresholds !== undefined) builder.thresholds(steps(panel.thresholds));
  return builder;
}

function lines(panel: ChartPanel, config: GrafanaConfig): PanelBuilder {
  const stacked = panel.kind === "stacked";
  const chart = charted(new timeseries.PanelBuilder(), panel, config)
    .min(0)
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
  if (stacked) chart.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal));
  if (panel.thresholds !== undefined)
    chart.thresholdsStyle(new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed));
  return chart;
}

const LAST = new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]);

const numbers = (panel: ChartPanel, config: GrafanaConfig): PanelBuilder =>
  charted(new stat.PanelBuilder(), panel, config)
    .graphMode(common.BigValueGraphMode.Area)
    .colorMode(panel.thresholds === undefined ? common.BigValueColorMode.None : common.BigValueColorMode.Value)
    .textMode(panel.signals.length > 1 ? common.BigValueTextMode.ValueAndName : common.BigValueTextMode.Auto)
    .reduceOptions(LAST);

const bars = (panel: ChartPanel, config: GrafanaConfig): PanelBuilder =>
  charted(new bargauge.PanelBuilder(), panel, config)
    .min(0)
    .orientation(common.VizOrientation.Horizontal)
    .displayMode(common.BarGaugeDisplayMode.Basic)
    .reduceOptions(LAST);

const rows = (panel: ChartPanel, config: GrafanaConfig): PanelBuilder =>
  charted(new table.PanelBuilder(), panel, config)
    .withTransformation({ id: "reduce", options: { reducers: ["lastNotNull"], labelsToFields: true } })
    .withTransformation({
      id: "organize",
      options: { excludeByName: { Field: true }, renameByName: { "Last *": panel.signals[0]?.name ?? "Value" } },
    });

const logLinesPanel = (panel: LogsPanel, config: GrafanaConfig): PanelBuilder =>
  new logs.PanelBuilder()
    .datasource(logSource(config))
    .withTarget(logRecords(panel.where, panel.severity, config))
    .showTime(true)
    .wrapLogMessage(true)
    .enableLogDetails(true)
    .sortOrder(common.LogsSortOrder.Descending)
    .dedupStrategy(common.LogsDedupStrategy.None);

const traces = (panel: TracesPanel, config: GrafanaConfig): PanelBuilder =>
  new table.PanelBuilder()
    .datasource(sourceBy("traces", config.dataSources.traces.kind))
    .withTarget(tracesTarget(panel, config))
    .noValue("none");

function map(panel: MapPanel, config: GrafanaConfig): PanelBuilder {
  if (config.dataSources.traces.kind === "tempo")
    return new nodegraph.PanelBuilder().datasource(sourceBy("traces", "tempo")).withTarget(mapTarget());
  const columns = [panel.rate, panel.failed, panel.latency];
  const edges = new table.PanelBuilder()
    .datasource(PROMETHEUS)
    .targets(edgeTargets(panel, config))
    .noValue("no calls")
    .withTransformation({ id: "merge", options: {} })
    .withTransformation({
      id: "organize",
      options: {
        excludeByName: { Time: true },
        renameByName: Object.fromEntries(columns.map(({ name }, index) => [`Value #${refId(index)}`, name])),
      },
    });
  for (const { name, unit } of columns) edges.overrideByName(name, [{ id: "unit", value: GRAFANA_UNITS[unit] }]);
  return edges;
}

/** Green is well, orange is look, red is act: the same on every board. */
function steps({ direction, warn, bad }: Thresholds): Builder<dashboard.ThresholdsConfig> {
  const colours =
    direction === "above"
      ? [
          { value: null, color: "green" },
          { value: warn, color: "orange" },
          { value: bad, color: "red" },
        ]
      : [
          { value: null, color: "red" },
          { value: bad, color: "orange" },
          { value: warn, color: "green" },
        ];
  return new dashboard.ThresholdsConfigBuilder().mode(dashboard.ThresholdsMode.Absolute).steps(colours);
}

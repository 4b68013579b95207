import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import * as tempo from "@grafana/grafana-foundation-sdk/tempo";
import { compilePromql, type PromqlContext } from "../../compile/promql.ts";
import { compileTraceql } from "../../compile/traceql.ts";
import type { ChartPanel, MapPanel, TracesPanel } from "../../model/board.ts";
import type { Expression, Match } from "../../model/expression.ts";
import { groupedBy, metricsOf, readsLogs } from "../../model/expression.ts";
import { prometheusLabel } from "../../model/metric.ts";
import type { Signal } from "../../model/signal.ts";
import type { GrafanaConfig } from "./config.ts";
import { PROMETHEUS, sourceBy } from "./config.ts";
import { logNumber, SCOPE } from "./log-queries.ts";
import { plainQuery } from "./plain-query.ts";

/** How a board asks the metrics of this Grafana. */
export const promqlContext = ({ identity }: GrafanaConfig, window: string): PromqlContext => ({
  window,
  scope: SCOPE,
  ...(identity && { identity }),
});

const RATE_WINDOW = "$__rate_interval";

/** Queries of a chart: one for each signal. */
export function chartTargets(panel: ChartPanel, config: GrafanaConfig): Builder<Dataquery>[] {
  const instant = panel.kind === "table" || panel.kind === "bars";
  return panel.signals.map((signal, index) => target(signal, refId(index), instant, legend(signal, panel), config));
}

export function refId(index: number): string {
  return String.fromCharCode(65 + index);
}

function target(
  signal: Signal,
  ref: string,
  instant: boolean,
  legendFormat: string,
  config: GrafanaConfig,
): Builder<Dataquery> {
  if (readsLogs(signal.value)) return logNumber(signal.value, { refId: ref, legend: legendFormat, instant }, config);
  const query = new prometheus.DataqueryBuilder()
    .refId(ref)
    .datasource(PROMETHEUS)
    .expr(compilePromql(signal.value, promqlContext(config, RATE_WINDOW)))
    .legendFormat(legendFormat)
    .exemplar(!instant && hasExemplars(signal.value));
  // a data source takes 15 seconds for granted, and $__rate_interval is four times as long as is said here
  if (config.content.metricsInterval !== 15) query.interval(`${config.content.metricsInterval}s`);
  if (!instant) return query.range();
  return query.instant().format(prometheus.PromQueryFormat.TimeSeries);
}

/** Only histograms of requests and spans carry links to traces. */
function hasExemplars(expression: Expression): boolean {
  return metricsOf(expression).some((metric) => metric.kind === "histogram");
}

function legend(signal: Signal, panel: ChartPanel): string {
  const labels = groupedBy(signal.value).map((attribute) => `{{${prometheusLabel(attribute)}}}`);
  if (labels.length === 0) return signal.name;
  return panel.signals.length === 1 ? labels.join(" ") : `${signal.name} ${labels.join(" ")}`;
}

export function tracesTarget(panel: TracesPanel, config: GrafanaConfig): Builder<Dataquery> {
  if (config.dataSources.traces.kind === "jaeger") return jaegerSearch(panel, config.content.firstService);
  return new tempo.DataqueryBuilder()
    .refId("A")
    .datasource(sourceBy("traces", "tempo"))
    .queryType("traceql")
    .query(compileTraceql(panel, SCOPE))
    .limit(20)
    .tableType(tempo.SearchTableType.Traces);
}

/** Where no map can be drawn: the edges as a table, their rate, failures and latency side by side. */
export function edgeTargets(panel: MapPanel, config: GrafanaConfig): Builder<Dataquery>[] {
  const context = promqlContext(config, RATE_WINDOW);
  return [panel.rate, panel.failed, panel.latency].map((signal, index) =>
    new prometheus.DataqueryBuilder()
      .refId(refId(index))
      .datasource(PROMETHEUS)
      .expr(compilePromql(signal.value, context))
      .instant()
      .format(prometheus.PromQueryFormat.Table),
  );
}

/** Tempo draws its map from the service graph metrics we make. */
export function mapTarget(): Builder<Dataquery> {
  return new tempo.DataqueryBuilder()
    .refId("A")
    .datasource(sourceBy("traces", "tempo"))
    .queryType("serviceMap")
    .serviceMapQuery(`{deployment_environment_name=~"$environment"}`);
}

/** Jaeger searches one service at a time; a panel about all of them asks for the first of the stack. */
function jaegerSearch(panel: TracesPanel, first: string): Builder<Dataquery> {
  const { "service.name": service, ...others } = panel.where;
  const tags = Object.entries(others).map(([key, match]) => `${key}=${firstValue(match)}`);
  if (panel.pick === "failed") tags.push("error=true");
  return plainQuery({
    refId: "A",
    datasource: sourceBy("traces", "jaeger"),
    queryType: "search",
    service: service === undefined ? first : firstValue(service),
    tags: tags.join(" "),
    limit: 20,
    ...(typeof panel.pick === "object" ? { minDuration: `${panel.pick.slowerThan * 1000}ms` } : {}),
  });
}

function firstValue(match: Match): string {
  if (typeof match === "string") return match;
  if ("not" in match) return match.not;
  if ("like" in match) return match.like;
  if ("unlike" in match) return match.unlike;
  if ("without" in match) return "";
  return match[0] ?? "";
}

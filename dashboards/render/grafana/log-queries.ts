import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import * as loki from "@grafana/grafana-foundation-sdk/loki";
import { compileLogql, logLines } from "../../compile/logql.ts";
import { compileLogsql, logFilter, logLookback } from "../../compile/logsql.ts";
import type { Expression, Severity, Where } from "../../model/expression.ts";
import { type GrafanaConfig, LOG_PLUGINS, sourceBy } from "./config.ts";
import { plainQuery } from "./plain-query.ts";

type LogStore = Pick<GrafanaConfig, "dataSources">;

/** Every query asks for the environment chosen at the top of the board. */
export const SCOPE: Where = { "deployment.environment.name": { like: "$environment" } };
/** The same where the value of a variable is no pattern. */
const EXACT_SCOPE: Where = { "deployment.environment.name": "$environment" };

/** The logs' data source of a board. */
export const logSource = ({ dataSources }: LogStore) => sourceBy("logs", LOG_PLUGINS[dataSources.logs.kind]);

/** A number counted from log records. */
export function logNumber(
  value: Expression,
  shown: { readonly refId: string; readonly legend: string; readonly instant: boolean },
  config: LogStore,
): Builder<Dataquery> {
  const { refId, legend, instant } = shown;
  if (config.dataSources.logs.kind === "loki") {
    return new loki.DataqueryBuilder()
      .refId(refId)
      .datasource(logSource(config))
      .expr(compileLogql(value, { window: "$__auto", scope: SCOPE }))
      .legendFormat(legend)
      .queryType(instant ? "instant" : "range");
  }
  const seconds = logLookback(value);
  return plainQuery({
    refId,
    expr: compileLogsql(value, { scope: EXACT_SCOPE, ...(instant && { window: "5m" }) }),
    queryType: instant ? "stats" : "statsRange",
    legendFormat: legend,
    ...(seconds !== undefined && !instant && { step: `${seconds}s` }),
    datasource: logSource(config),
  });
}

/** The records themselves, the newest 200. */
export function logRecords(where: Where, severity: Severity, config: LogStore): Builder<Dataquery> {
  if (config.dataSources.logs.kind === "loki") {
    return new loki.DataqueryBuilder()
      .refId("A")
      .datasource(logSource(config))
      .expr(logLines(where, severity, SCOPE))
      .queryType("range")
      .maxLines(200);
  }
  const expr = logFilter(where, severity, EXACT_SCOPE);
  return plainQuery({ refId: "A", expr, queryType: "instant", maxLines: 200, datasource: logSource(config) });
}

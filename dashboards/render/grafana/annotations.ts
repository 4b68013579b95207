import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import { logLines } from "../../compile/logql.ts";
import { compilePromql } from "../../compile/promql.ts";
import { systemSignals } from "../../signals/spans.ts";
import { type GrafanaConfig, PROMETHEUS } from "./config.ts";
import { logRecords, logSource, SCOPE } from "./log-queries.ts";
import { plainQuery } from "./plain-query.ts";
import { promqlContext } from "./targets.ts";

/** Tags of the annotation that marks a deployment to an environment; the namespace is the tag of every board, too. */
export const deploymentTags = (namespace: string, environment: string): readonly string[] => [
  namespace,
  "deployment",
  `environment:${environment}`,
];

/** What is marked on every board: deployments as written down by `up`, and systemSignals.versions as the services report them. */
export const annotations = (config: GrafanaConfig): readonly dashboard.AnnotationQueryBuilder[] => [
  config.deployments === "annotations" ? deploymentsInGrafana(config) : deploymentsInLogs(config),
  newVersions(config),
];

/** Annotations of Grafana itself, by their tags. */
function deploymentsInGrafana({ content }: GrafanaConfig): dashboard.AnnotationQueryBuilder {
  return mark("Deployments", "purple")
    .datasource({ type: "grafana", uid: "-- Grafana --" })
    .target(
      plainQuery({
        refId: "Anno",
        type: "tags",
        tags: deploymentTags(content.namespace, "$environment"),
        matchAny: false,
        limit: 100,
      }),
    );
}

/** The log record that each `up` sends through the collector; its text says what was deployed. */
function deploymentsInLogs(config: GrafanaConfig): dashboard.AnnotationQueryBuilder {
  const where = { "service.name": "deployment" };
  const marked = mark("Deployments", "purple").datasource(logSource(config)).titleFormat("Deployment");
  return config.dataSources.logs.kind === "loki"
    ? marked.expr(logLines(where, "info", SCOPE))
    : marked.target(logRecords(where, "info", config));
}

/** A version that was not there two minutes ago: what really runs, whoever deployed it. */
function newVersions(config: GrafanaConfig): dashboard.AnnotationQueryBuilder {
  const now = compilePromql(systemSignals.versions.value, promqlContext(config, "5m"));
  const before = now.replace(/target_info\{[^}]*\}/g, "$& offset 2m");
  return mark("New versions", "blue")
    .datasource(PROMETHEUS)
    .expr(`(${now}) unless (${before})`)
    .step("60s")
    .titleFormat("{{service_name}} {{service_version}}")
    .textFormat("A new version reports");
}

const mark = (name: string, color: string): dashboard.AnnotationQueryBuilder =>
  new dashboard.AnnotationQueryBuilder().name(name).enable(true).iconColor(color);

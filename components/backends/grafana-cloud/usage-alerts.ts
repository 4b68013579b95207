import { goDuration } from "../../../dashboards/render/grafana/go.ts";
import type { GrafanaRule } from "../../../dashboards/render/grafana/rule.ts";
import { metricsQuery, threshold } from "../../../dashboards/render/grafana/rule-data.ts";
import type { GrafanaRulesConfig } from "../../../dashboards/render/grafana/rules.ts";
import { grafanaUid } from "../../../dashboards/render/grafana/uid.ts";
import { GRAFANA_CLOUD_DATA_SOURCES as DATA_SOURCES } from "../../../vendors/grafana-cloud.ts";

/** Alerts on the account's own usage, from the data source every Grafana Cloud stack has. Pure. */

interface UsageRule {
  readonly id: string;
  readonly name: string;
  /** Share of the included quota, 0 to 1 and above. */
  readonly expr: string;
  readonly summary: string;
}

const ABOVE = 0.8;

const RULES: readonly UsageRule[] = [
  {
    id: "usage-series",
    name: "Metric series near the included number",
    expr: "max(grafanacloud_org_metrics_billable_series) / max(grafanacloud_org_metrics_included_series)",
    summary: "Above the included number new series are refused (free) or billed. Drop labels, or scrape less.",
  },
  {
    id: "usage-logs",
    name: "Logs near the month's included volume",
    expr: "max(grafanacloud_org_logs_usage) / max(grafanacloud_org_logs_included_usage)",
    summary: "Above the included volume logs are discarded until next month (free) or billed. Raise the log level.",
  },
  {
    id: "usage-traces",
    name: "Traces near the month's included volume",
    expr: "max(grafanacloud_org_traces_usage) / max(grafanacloud_org_traces_included_usage)",
    summary:
      "Above the included volume traces are discarded until next month (free) or billed. Lower sampling.baseline.",
  },
];

/** Rules that tell before the month's quota is used up. */
export function usageRules({
  rulePrefix,
  routing,
}: Pick<GrafanaRulesConfig, "rulePrefix" | "routing">): readonly GrafanaRule[] {
  return RULES.map(({ id, name, expr, summary }) => ({
    uid: grafanaUid(`${rulePrefix}-${id}`),
    name,
    condition: "C",
    datas: [metricsQuery("A", DATA_SOURCES.usage, expr), threshold("C", "A", ">", ABOVE)],
    for: goDuration(1800),
    // The data source is filled by Grafana once there is usage; an account without any is no alert.
    noDataState: "OK",
    execErrState: "Error",
    labels: { severity: "ticket", area: "cost" },
    annotations: { summary },
    ...(routing.told && { notificationSettings: routing.told }),
  }));
}

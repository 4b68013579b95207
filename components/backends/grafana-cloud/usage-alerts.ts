/** Alerts on the account's own usage, from the data source every Grafana Cloud stack has. Pure. */

/** Uid of the built-in data source with usage and limits of the account. */
const USAGE = "grafanacloud-usage";

interface UsageRule {
  readonly name: string;
  /** Share of the included quota, 0 to 1 and above. */
  readonly expr: string;
  readonly above: number;
  readonly summary: string;
}

const RULES: readonly UsageRule[] = [
  {
    name: "Metric series near the included number",
    expr: "max(grafanacloud_org_metrics_billable_series) / max(grafanacloud_org_metrics_included_series)",
    above: 0.8,
    summary: "Above the included number new series are refused (free) or billed. Drop labels, or scrape less.",
  },
  {
    name: "Logs near the month's included volume",
    expr: "max(grafanacloud_org_logs_usage) / max(grafanacloud_org_logs_included_usage)",
    above: 0.8,
    summary: "Above the included volume logs are discarded until next month (free) or billed. Raise the log level.",
  },
  {
    name: "Traces near the month's included volume",
    expr: "max(grafanacloud_org_traces_usage) / max(grafanacloud_org_traces_included_usage)",
    above: 0.8,
    summary:
      "Above the included volume traces are discarded until next month (free) or billed. Lower sampling.baseline.",
  },
];

/** Rules for `grafana.alerting.RuleGroup`; without a contact point they are evaluated and seen, and nobody is told. */
export function usageRules(contactPoint?: string) {
  return RULES.map(({ name, expr, above, summary }) => ({
    name,
    condition: "above",
    for: "30m",
    // The data source is filled by Grafana once there is usage; an account without any is no alert.
    noDataState: "OK",
    execErrState: "Error",
    labels: { severity: "ticket", area: "cost" },
    annotations: { summary },
    datas: [
      {
        refId: "share",
        datasourceUid: USAGE,
        relativeTimeRange: { from: 3600, to: 0 },
        model: JSON.stringify({ refId: "share", expr, instant: true, range: false }),
      },
      {
        refId: "above",
        datasourceUid: "__expr__",
        relativeTimeRange: { from: 0, to: 0 },
        model: JSON.stringify({
          refId: "above",
          type: "threshold",
          expression: "share",
          conditions: [{ evaluator: { type: "gt", params: [above] } }],
        }),
      },
    ],
    ...(contactPoint !== undefined && {
      notificationSettings: { contactPoint, groupBies: ["grafana_folder", "alertname"] },
    }),
  }));
}

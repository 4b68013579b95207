/** Uids of the data sources that every Grafana Cloud stack has; unlike their names, they do not carry the stack's slug. */
export const DATA_SOURCES = {
  prometheus: "grafanacloud-prom",
  loki: "grafanacloud-logs",
  tempo: "grafanacloud-traces",
  /** Usage and limits of the account. */
  usage: "grafanacloud-usage",
} as const;

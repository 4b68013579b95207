/** Grafana Cloud: addresses, data sources, and how a stack is asked. */

/** The API of the cloud itself. */
export const GRAFANA_CLOUD_API = "https://grafana.com";

/** The stack's own Grafana; it follows from the slug, so that it is known before anything is made. */
export const grafanaOf = (slug: string): string => `https://${slug}.grafana.net`;

/** Uids of the data sources that every Grafana Cloud stack has; unlike their names, they do not carry the stack's slug. */
export const GRAFANA_CLOUD_DATA_SOURCES = {
  prometheus: "grafanacloud-prom",
  loki: "grafanacloud-logs",
  tempo: "grafanacloud-traces",
  /** Usage and limits of the account. */
  usage: "grafanacloud-usage",
} as const;

/** Asked through the data source proxy of the stack's Grafana. */
export interface GrafanaCloudQuery {
  readonly kind: "grafana-cloud";
  /** The stack's Grafana: see `grafanaOf`. */
  readonly grafana: string;
  /** Token of a service account with the role Viewer. Secret. */
  readonly token: string;
  /** Uids of the data sources: see `GRAFANA_CLOUD_DATA_SOURCES`. */
  readonly prometheus: string;
  readonly loki: string;
  readonly tempo: string;
}

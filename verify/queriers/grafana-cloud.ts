import type { GrafanaCloudQuery } from "../../vendors/grafana-cloud.ts";
import type { Access } from "../http.ts";
import type { Querier } from "../query.ts";
import { lokiLogs } from "./parts/loki.ts";
import { prometheusMetrics } from "./parts/prometheus.ts";
import { tempoTraces } from "./parts/tempo-traces.ts";

/** Backend `grafana-cloud`: Tempo, Prometheus and Loki, each asked through the data source proxy of the stack's Grafana. */
export function grafanaCloudQuerier(query: GrafanaCloudQuery): Querier {
  const { grafana, tempo, prometheus, loki } = query;
  const source = (uid: string): string => dataSource(query, uid);
  const access = accessTo(query);
  return {
    name: `Grafana Cloud at ${grafana}`,
    pollSeconds: 3,
    ...tempoTraces(source(tempo), async (traceId) => explore(grafana, tempo, traceId), access),
    ...prometheusMetrics(source(prometheus), access),
    ...lokiLogs(source(loki), access),
  };
}

/** Address of a data source of the stack, by its uid. */
export const dataSource = ({ grafana }: GrafanaCloudQuery, uid: string): string =>
  `${grafana}/api/datasources/proxy/uid/${encodeURIComponent(uid)}`;

export function accessTo({ grafana, token, tempo, prometheus, loki }: GrafanaCloudQuery): Access {
  return {
    headers: { authorization: `Bearer ${token}` },
    timeoutMs: 30_000,
    explain(status, answer) {
      if (status === 401) {
        return `Grafana at ${grafana} refuses the service account's token (401): it is revoked or of another stack; deploy again to make another.`;
      }
      if (status === 403) {
        return `Grafana at ${grafana} does not let the service account query its data sources (403): give it the role Viewer.`;
      }
      // Tempo's own 404 means that there is no such trace.
      if (status === 404 && /data ?source/i.test(answer)) {
        return `Grafana at ${grafana} lacks one of the data sources ${prometheus}, ${loki}, ${tempo} (404): is this the Grafana of a cloud stack?`;
      }
      return undefined;
    },
  };
}

/** Grafana's Explore with one trace. */
function explore(grafana: string, tempo: string, traceId: string): string {
  const queries = [{ refId: "A", datasource: { type: "tempo", uid: tempo }, queryType: "traceql", query: traceId }];
  const panes = { trace: { datasource: tempo, queries, range: { from: "now-24h", to: "now" } } };
  const search = new URLSearchParams({ schemaVersion: "1", panes: JSON.stringify(panes) });
  return `${grafana}/explore?${search}`;
}

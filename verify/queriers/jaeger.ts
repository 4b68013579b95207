import type { BackendQuery } from "../../vendors/query.ts";
import type { Querier } from "../query.ts";
import { jaegerTraces } from "./parts/jaeger-traces.ts";
import { prometheusMetrics } from "./parts/prometheus.ts";
import { victorialogsLogs } from "./parts/victorialogs.ts";

/** Backend `jaeger`: traces in Jaeger v2, metrics in Prometheus, logs in VictoriaLogs. */
export function jaegerQuerier(query: Extract<BackendQuery, { kind: "jaeger" }>): Querier {
  return {
    name: `Jaeger at ${query.jaeger}`,
    ...jaegerTraces(query.jaeger, query.console),
    ...prometheusMetrics(query.prometheus),
    ...victorialogsLogs(query.victorialogs),
  };
}

import type { BackendQuery } from "../../vendors/query.ts";
import type { Querier } from "../query.ts";
import { jaegerTraces } from "./parts/jaeger-traces.ts";
import { lokiLogs } from "./parts/loki.ts";
import { prometheusMetrics } from "./parts/prometheus.ts";

/** Backend `jaeger`: traces in Jaeger v2, metrics in Prometheus, logs in Loki. */
export function jaegerQuerier(query: Extract<BackendQuery, { kind: "jaeger" }>): Querier {
  return {
    name: `Jaeger at ${query.jaeger}`,
    ...jaegerTraces(query.jaeger),
    ...prometheusMetrics(query.prometheus),
    ...lokiLogs(query.loki),
  };
}

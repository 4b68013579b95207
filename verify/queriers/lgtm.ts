import type { BackendQuery } from "../../vendors/query.ts";
import type { Querier } from "../query.ts";
import { lokiLogs } from "./parts/loki.ts";
import { prometheusMetrics } from "./parts/prometheus.ts";
import { tempoTraces } from "./parts/tempo-traces.ts";

/** Backend `lgtm`: traces in Tempo, metrics in Prometheus, logs in Loki, all in one container. */
export function lgtmQuerier(query: Extract<BackendQuery, { kind: "lgtm" }>): Querier {
  return {
    name: `LGTM at ${query.tempo}`,
    ...tempoTraces(query.tempo, async (traceId) => `${query.tempo}/api/v2/traces/${traceId}`),
    ...prometheusMetrics(query.prometheus),
    ...lokiLogs(query.loki),
  };
}

import type { BackendQuery, QueryableKind } from "../../vendors/query.ts";
import type { Querier } from "../query.ts";
import { grafanaCloudQuerier } from "./grafana-cloud.ts";
import { honeycombQuerier } from "./honeycomb.ts";
import { newRelicQuerier } from "./new-relic.ts";
import { jaegerTraces } from "./parts/jaeger-traces.ts";
import { lokiLogs } from "./parts/loki.ts";
import { prometheusMetrics } from "./parts/prometheus.ts";
import { tempoTraces } from "./parts/tempo-traces.ts";
import { victorialogsLogs } from "./parts/victorialogs.ts";

/** Backends that can be asked what they hold. */
export const ASKABLE: readonly QueryableKind[] = ["jaeger", "lgtm", "grafana-cloud", "new-relic", "honeycomb"];

/** The querier for a backend: of parts where it is made of stores, else of a file beside this one. A new one is one case here and one kind above. */
export function querierFor(query: BackendQuery): Querier {
  switch (query.kind) {
    case "jaeger":
      return {
        name: `Jaeger at ${query.jaeger}`,
        pollSeconds: 0.3,
        ...jaegerTraces(query.jaeger, query.console),
        ...prometheusMetrics(query.prometheus),
        ...victorialogsLogs(query.victorialogs),
      };
    case "lgtm":
      return {
        name: `LGTM at ${query.tempo}`,
        pollSeconds: 0.3,
        ...tempoTraces(query.tempo, async (traceId) => `${query.tempo}/api/v2/traces/${traceId}`),
        ...prometheusMetrics(query.prometheus),
        ...lokiLogs(query.loki),
      };
    case "grafana-cloud":
      return grafanaCloudQuerier(query);
    case "new-relic":
      return newRelicQuerier(query);
    case "honeycomb":
      return honeycombQuerier(query);
    default:
      query satisfies never;
      throw new Error(
        `No querier for backend ${JSON.stringify((query as { kind: unknown }).kind)}; allowed: ${ASKABLE.join(", ")}.`,
      );
  }
}

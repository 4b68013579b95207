import type { BackendQuery, QueryableKind } from "../../vendors/query.ts";
import type { Querier } from "../query.ts";
import { grafanaCloudQuerier } from "./grafana-cloud.ts";
import { honeycombQuerier } from "./honeycomb.ts";
import { jaegerQuerier } from "./jaeger.ts";
import { lgtmQuerier } from "./lgtm.ts";
import { newRelicQuerier } from "./new-relic.ts";

/** Backends that can be asked what they hold. */
export const ASKABLE: readonly QueryableKind[] = ["jaeger", "lgtm", "grafana-cloud", "new-relic", "honeycomb"];

/** The querier for a backend. A new backend is one file beside this one, one case here and one kind above. */
export function querierFor(query: BackendQuery): Querier {
  switch (query.kind) {
    case "jaeger":
      return jaegerQuerier(query);
    case "lgtm":
      return lgtmQuerier(query);
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

import type { BackendQuery, Querier } from "../query.ts";
import { jaegerQuerier } from "./jaeger.ts";
import { lgtmQuerier } from "./lgtm.ts";

/** The querier for a backend. A new backend is one file beside this one and one case here. */
export function querierFor(query: BackendQuery): Querier {
  switch (query.kind) {
    case "jaeger":
      return jaegerQuerier(query);
    case "lgtm":
      return lgtmQuerier(query);
    default:
      query satisfies never;
      throw new Error(
        `No querier for backend ${JSON.stringify((query as { kind: unknown }).kind)}; allowed: jaeger, lgtm.`,
      );
  }
}

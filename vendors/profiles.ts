import type { BackendKind } from "./kinds.ts";

/**
 * Why a backend gets no profiles: none of its documentation, read in November 2026, says that it takes them over OTLP/HTTP; what is said instead.
 * docs/profiles.md has the sources.
 */
const TAKES_NONE: Readonly<Record<Exclude<BackendKind, "lgtm" | "otlp">, string>> = {
  "grafana-cloud": "the OTLP endpoint of grafana-cloud takes traces, metrics and logs",
  "new-relic": "new-relic documents no OTLP profiles",
  honeycomb: "honeycomb takes traces, metrics and logs",
  jaeger: "jaeger has no store for profiles",
  datadog: "datadog documents no OTLP intake of profiles",
  elastic: "the managed intake of elastic takes traces, metrics and logs",
};

/**
 * Whether a backend takes profiles over OTLP/HTTP, else why not.
 * @param address `otlp.profiles`: where it is set, there is an intake that takes them
 */
export function profilesTaken(kind: BackendKind, address: string | undefined): true | string {
  if (kind === "lgtm") return true;
  if (kind === "otlp") return address === undefined ? "otlp.profiles is not set" : true;
  return TAKES_NONE[kind];
}

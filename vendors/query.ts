import type { GrafanaCloudQuery } from "./grafana-cloud.ts";
import type { HoneycombQuery } from "./honeycomb.ts";
import type { NewRelicQuery } from "./new-relic.ts";

/**
 * Where and how one backend is asked. Stack output `query` of index.ts; URLs without a trailing slash. Tokens and keys in it are
 * secrets of the stack: they go into request headers, never into a message, a report or the arguments of a command.
 */
export type BackendQuery = JaegerQuery | LgtmQuery | GrafanaCloudQuery | NewRelicQuery | HoneycombQuery;

/** Backends that can be asked what they hold. */
export type QueryableKind = BackendQuery["kind"];

/** Published addresses of the local backend's parts. */
export interface JaegerQuery {
  readonly kind: "jaeger";
  readonly jaeger: string;
  readonly prometheus: string;
  readonly victorialogs: string;
  /** Of the page that shows traces. Absent in outputs of before there was one. */
  readonly console?: string;
}

export interface LgtmQuery {
  readonly kind: "lgtm";
  readonly tempo: string;
  readonly prometheus: string;
  readonly loki: string;
}

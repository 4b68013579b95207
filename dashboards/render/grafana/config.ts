import { applicationName } from "../../application-name.ts";
import type { Identity } from "../../compile/presence.ts";
import type { Content } from "../../content.ts";
import { grafanaUid } from "./uid.ts";

/** What a Grafana needs to show the boards. */
export interface GrafanaConfig {
  /** Shown first; the boards can switch to any environment that reports. */
  readonly environment: string;
  /** Uids of data sources; fixed strings, so that boards, links and exemplars find each other. */
  readonly dataSources: {
    readonly prometheus: string;
    readonly logs: { readonly kind: "loki" | "victorialogs"; readonly uid: string };
    readonly traces: { readonly kind: "tempo" | "jaeger"; readonly uid: string };
  };
  /** How the metrics' server names a service that is there. Default: attributes. */
  readonly identity?: Identity;
  /** What is shown and judged of this stack. */
  readonly content: Content;
  /** Beginning of the boards' uids; one of its own for each stack where several share a Grafana. Default: the namespace. */
  readonly boardPrefix?: string;
  /** Where deployments were written down: as annotations of Grafana itself, or as log records that the collector delivered. Default: logs. */
  readonly deployments?: "annotations" | "logs";
}

/** A board as Grafana takes it. */
export interface RenderedBoard {
  /** Of the board in `dashboards/boards/`. */
  readonly id: string;
  /** Stable, at most 40 characters. */
  readonly uid: string;
  readonly folder: string;
  readonly title: string;
  /** The dashboard as JSON text, the same for the same input, in the spelling that Grafana's provider keeps. */
  readonly json: string;
}

/** Title of the folder that the boards are in. */
export const folderOf = ({ content }: Pick<GrafanaConfig, "content">): string => applicationName(content.namespace);

/** A reference to the data source that is chosen by that variable of the board, so that a person can point the board elsewhere. */
export const sourceBy = <T extends string>(variable: "prometheus" | "logs" | "traces", type: T) => ({
  type,
  uid: `\${${variable}}`,
});

/** Where a board asks for numbers. */
export const PROMETHEUS = sourceBy("prometheus", "prometheus");

/** Grafana's names of the data sources that log stores have. */
export const LOG_PLUGINS = { loki: "loki", victorialogs: "victoriametrics-logs-datasource" } as const;

export const boardUid = (
  id: string,
  { boardPrefix, content }: Pick<GrafanaConfig, "boardPrefix" | "content">,
): string => grafanaUid(`${boardPrefix ?? content.namespace}-${id}`);

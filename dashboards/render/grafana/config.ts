import type { Dialect } from "../../compile/promql.ts";
import type { Source } from "../../model/source.ts";

/** What a Grafana must be told about to show the boards. */
export interface GrafanaConfig {
  /** Shown first; the boards can switch to any environment that reports. */
  readonly environment: string;
  /** Title of the folder the boards lie in. Default: Game Scheduler. */
  readonly folder?: string;
  /** Uids of data sources; fixed strings, so that boards, links and exemplars find each other. */
  readonly dataSources: {
    readonly prometheus: string;
    readonly loki: string;
    readonly traces: { readonly kind: "tempo" | "jaeger"; readonly uid: string };
  };
  /** Whose metric names arrive. Default: receivers. */
  readonly dialect?: Dialect;
  /** What the pipeline contains. Default: `BASE_SOURCES`. */
  readonly sources?: readonly Source[];
}

/** A board as Grafana takes it. */
export interface RenderedBoard {
  /** Stable, at most 40 characters. */
  readonly uid: string;
  readonly folder: string;
  readonly title: string;
  /** The dashboard as JSON text, the same for the same input. */
  readonly json: string;
}

export const DEFAULT_FOLDER = "Game Scheduler";

/** Data source references by dashboard variable, so that a person can point a board elsewhere. */
export const SOURCE_VARIABLES = { prometheus: "prometheus", loki: "loki", traces: "traces" } as const;

export function boardUid(id: string): string {
  return `game-scheduler-${id}`;
}

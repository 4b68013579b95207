import type { Content } from "../../dashboards/content.ts";
import { type Board, type Panel, panelsOf, signalsOf } from "../../dashboards/model/board.ts";
import type { Signal } from "../../dashboards/model/signal.ts";
import { renderGrafanaBoards } from "../../dashboards/render/grafana/boards.ts";
import type { GrafanaConfig } from "../../dashboards/render/grafana/config.ts";
import { type DashboardPanel, readDashboard } from "./dashboard.ts";

/** What boards are made from: their content, and the files that say it. */
export interface Model {
  readonly content: Content;
  /** Path from the project's folder -> text, of every file with boards or signals. */
  readonly sources: Readonly<Record<string, string>>;
}

/** The board of that title. */
export const boardOf = ({ content }: Model, title: string): Board | undefined =>
  content.boards.find((board) => board.title === title);

/** The panel of the model that a deployed panel was made from. */
export const panelOf = (board: Board | undefined, deployed: DashboardPanel): Panel | undefined =>
  board && panelsOf(board).find(({ title, note }) => title === deployed.title && note === deployed.description);

/** The signal that a query asks for, as any of our renderers would write it; undefined: no board shows one that is asked for like this. */
export function signalOf({ content }: Model, query: string): Signal | undefined {
  for (const config of RENDERED) {
    for (const { id, json } of renderGrafanaBoards({ ...config, content })) {
      const board = content.boards.find((each) => each.id === id);
      for (const shown of readDashboard(json).panels) {
        const panel = panelOf(board, shown);
        const at = shown.queries.indexOf(query);
        const signal = panel === undefined ? undefined : signalsOf(panel)[at];
        if (signal !== undefined) return signal;
      }
    }
  }
  return undefined;
}

const SOURCES = {
  prometheus: "prometheus",
  logs: { kind: "loki", uid: "loki" },
  traces: { kind: "tempo", uid: "t" },
} as const;

/** The Grafanas that show our boards: Grafana Cloud, the one of LGTM, and that beside Jaeger. */
const RENDERED: readonly Omit<GrafanaConfig, "content">[] = [
  { environment: "", identity: "job", dataSources: SOURCES },
  { environment: "", dataSources: SOURCES },
  {
    environment: "",
    dataSources: { ...SOURCES, logs: { kind: "victorialogs", uid: "l" }, traces: { kind: "jaeger", uid: "t" } },
  },
];

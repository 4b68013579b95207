import { applicationName } from "../../application-name.ts";
import { compileTogether, type HoneycombQuery } from "../../compile/honeycomb.ts";
import { LOGS_ONLY, logFilters, SPANS_ONLY, spanFilters, toFilters } from "../../compile/honeycomb-filters.ts";
import type { HoneycombPlace } from "../../compile/honeycomb-terms.ts";
import type { Content as StackContent } from "../../content.ts";
import type { ChartPanel, LogsPanel, MapPanel, Panel, TracesPanel } from "../../model/board.ts";
import type { Where } from "../../model/expression.ts";
import { approximated, EXACT, type Fidelity, worst } from "../../model/fidelity.ts";
import { layOut, type Position } from "../../model/layout.ts";

export interface HoneycombConfig {
  readonly environment: string;
  /** Slug of the dataset metrics go to (the exporter's `x-honeycomb-dataset` header). */
  readonly metricsDataset: string;
  /** What is shown and judged of this stack. */
  readonly content: Pick<StackContent, "namespace" | "boards">;
}

/** A query panel of a flexible board, its query and its caption. `dataset` undefined: all datasets of the environment. */
export interface HoneycombPanel {
  readonly title: string;
  readonly description: string;
  readonly dataset?: string;
  readonly query: HoneycombQuery;
  readonly style: "graph" | "table" | "combo";
  readonly position: {
    readonly xCoordinate: number;
    readonly yCoordinate: number;
    readonly width: number;
    readonly height: number;
  };
  readonly fidelity: Fidelity;
}

export interface HoneycombBoard {
  /** Stable name for the resource. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly panels: readonly HoneycombPanel[];
}

/** Graphs show two hours, minute by minute; single numbers and tables the last ten minutes as one step. */
const GRAPH = { seconds: 7200, step: 60 };
const NUMBER = { seconds: 600, step: 600 };
const TWO_HOURS = GRAPH.seconds;

/** Boards for Honeycomb; panels it cannot show are absent here and explained by the parity report. */
export function renderHoneycombBoards(config: HoneycombConfig): readonly HoneycombBoard[] {
  return config.content.boards.map((board) => ({
    id: board.id,
    name: `${applicationName(config.content.namespace)}: ${board.title}`,
    description: board.question,
    panels: layOut(board.rows)
      .flatMap(({ panels }) => panels)
      .map(({ panel, at }) => honeycombPanel(panel, at, config))
      .filter((panel) => panel.fidelity.kind !== "unsupported"),
  }));
}

/** One panel; its fidelity says whether it may be shown. */
export function honeycombPanel(panel: Panel, at: Position, config: Omit<HoneycombConfig, "content">): HoneycombPanel {
  const content = contentOf(panel, { "deployment.environment.name": config.environment });
  const dataset = content.place === "metrics" ? { dataset: config.metricsDataset } : {};
  const how = content.fidelity.kind === "approximated" ? ` (Here: ${content.fidelity.how}.)` : "";
  return {
    title: panel.title,
    description: `${panel.note}${how}`,
    ...dataset,
    query: content.query,
    style: styleOf(panel),
    position: { xCoordinate: at.x / 2, yCoordinate: at.y, width: at.w / 2, height: at.h },
    fidelity: content.fidelity,
  };
}

interface Content {
  readonly place: HoneycombPlace;
  readonly query: HoneycombQuery;
  readonly fidelity: Fidelity;
}

function contentOf(panel: Panel, scope: Where): Content {
  switch (panel.kind) {
    case "lines":
    case "stacked":
    case "stat":
    case "bars":
    case "table":
      return chart(panel, scope);
    case "traces":
      return traces(panel, scope);
    case "logs":
      return logs(panel, scope);
    case "map":
      return edges(panel, scope);
    default:
      return panel satisfies never;
  }
}

/** A panel is one query: its numbers share their place and their split, or are left out. */
function chart(panel: ChartPanel, scope: Where): Content {
  const numbers = panel.signals.map(({ name, value }) => ({ label: name, value }));
  const isGraph = panel.kind === "lines" || panel.kind === "stacked";
  return compileTogether(numbers, scope, isGraph ? GRAPH : NUMBER);
}

function traces(panel: TracesPanel, scope: Where): Content {
  const pick =
    panel.pick === "failed"
      ? [{ column: "error", op: "=", value: true } as const]
      : panel.pick === "latest"
        ? []
        : [{ column: "duration_ms", op: ">", value: panel.pick.slowerThan * 1000 } as const];
  return {
    place: "spans",
    query: {
      calculations: [{ op: "MAX", column: "duration_ms" }],
      filters: [...SPANS_ONLY, ...spanFilters({ ...scope, ...panel.where }), ...pick],
      breakdowns: ["trace.trace_id", "service.name", "name"],
      orders: [{ op: "MAX", column: "duration_ms", order: "descending" }],
      limit: 20,
      time_range: TWO_HOURS,
    },
    fidelity: EXACT,
  };
}

function logs(panel: LogsPanel, scope: Where): Content {
  return {
    place: "logs",
    query: {
      calculations: [{ op: "COUNT" }],
      filters: [
        ...LOGS_ONLY,
        ...toFilters({ ...scope, ...panel.where }),
        ...logFilters(panel.severity),
        { column: "body", op: "exists" },
      ],
      breakdowns: ["service.name", "body"],
      orders: [{ op: "COUNT", order: "descending" }],
      limit: 100,
      time_range: TWO_HOURS,
    },
    fidelity: approximated("messages with their number; the records are one click away"),
  };
}

function edges(panel: MapPanel, scope: Where): Content {
  const numbers = [panel.rate, panel.failed, panel.latency].map(({ name, value }) => ({ label: name, value }));
  const asked = compileTogether(numbers, scope, NUMBER);
  const table = approximated("a table of calls; Honeycomb draws its own service map");
  return { ...asked, fidelity: worst([asked.fidelity, table]) };
}

function styleOf(panel: Panel): HoneycombPanel["style"] {
  if (panel.kind === "stat") return "combo";
  return panel.kind === "lines" || panel.kind === "stacked" ? "graph" : "table";
}

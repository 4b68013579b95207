import { compileHoneycomb, type HoneycombPlace, type HoneycombQuery } from "../../compile/honeycomb.ts";
import { logFilters } from "../../compile/honeycomb-filters.ts";
import type { Content as StackContent } from "../../content.ts";
import type { ChartPanel, LogsPanel, MapPanel, Panel, TracesPanel } from "../../model/board.ts";
import type { Where } from "../../model/expression.ts";
import { approximated, EXACT, type Fidelity, unsupported, worst } from "../../model/fidelity.ts";
import { layOut, type Position } from "../../model/layout.ts";

export interface HoneycombConfig {
  readonly environment: string;
  /** Slug of the dataset metrics go to (the exporter's `x-honeycomb-dataset` header). */
  readonly metricsDataset: string;
  /** What is shown and judged of this stack. */
  readonly content: Pick<StackContent, "boards">;
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

const TWO_HOURS = 7200;

/** Boards for Honeycomb; panels it cannot show are absent here and explained by the parity report. */
export function renderHoneycombBoards(config: HoneycombConfig): readonly HoneycombBoard[] {
  return config.content.boards.map((board) => ({
    id: board.id,
    name: `Game Scheduler: ${board.title}`,
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
    case "text":
      return {
        place: "spans",
        query: { calculations: [{ op: "COUNT" }], time_range: TWO_HOURS },
        fidelity: unsupported("a text is no query"),
      };
    default:
      return panel satisfies never;
  }
}

/** A panel is one query, so its signals share filters and groups or cannot be shown together. */
function chart(panel: ChartPanel, scope: Where): Content {
  const [first, ...others] = panel.signals.map((signal) => compileHoneycomb(signal.value, scope, TWO_HOURS));
  if (first === undefined) throw new Error(`Panel "${panel.title}" shows no signal: name at least one.`);
  const alike = others.filter(
    (other) =>
      other.place === first.place &&
      same(other.query.filters, first.query.filters) &&
      same(other.query.breakdowns, first.query.breakdowns),
  );
  if (alike.length < others.length) {
    return {
      ...first,
      fidelity: worst([first.fidelity, approximated("only the first of its numbers: one query has one filter")]),
    };
  }
  const fields = [first, ...alike].flatMap((one) => one.query.calculated_fields ?? []);
  return {
    place: first.place,
    query: {
      ...first.query,
      calculations: [first, ...alike].flatMap((one) => one.query.calculations),
      ...(fields.length === 0
        ? {}
        : {
            calculated_fields: fields.filter((one, at) => fields.findIndex((other) => other.name === one.name) === at),
          }),
    },
    fidelity: worst([first, ...alike].map((one) => one.fidelity)),
  };
}

function traces(panel: TracesPanel, scope: Where): Content {
  const base = compileHoneycomb({ op: "rate", metric: ANY_SPAN, where: panel.where, by: [] }, scope, TWO_HOURS);
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
      filters: [...(base.query.filters ?? []), ...pick],
      breakdowns: ["trace.trace_id", "service.name", "name"],
      orders: [{ op: "MAX", column: "duration_ms", order: "descending" }],
      limit: 20,
      time_range: TWO_HOURS,
    },
    fidelity: EXACT,
  };
}

function logs(panel: LogsPanel, scope: Where): Content {
  const base = compileHoneycomb(
    { op: "log-rate", severity: panel.severity, where: panel.where, by: [] },
    scope,
    TWO_HOURS,
  );
  return {
    place: "logs",
    query: {
      calculations: [{ op: "COUNT" }],
      filters: [...(base.query.filters ?? []), ...logFilters("info"), { column: "body", op: "exists" }],
      breakdowns: ["service.name", "body"],
      orders: [{ op: "COUNT", order: "descending" }],
      limit: 100,
      time_range: TWO_HOURS,
    },
    fidelity: approximated("messages with their number; the records are one click away"),
  };
}

function edges(panel: MapPanel, scope: Where): Content {
  const rate = compileHoneycomb(panel.rate.value, scope, TWO_HOURS);
  return {
    ...rate,
    fidelity: worst([rate.fidelity, approximated("a table of calls; Honeycomb draws its own service map")]),
  };
}

const ANY_SPAN = {
  name: "traces.span.metrics.calls",
  kind: "counter",
  unit: "",
  source: "span-metrics",
  attributes: [],
} as const;

function styleOf(panel: Panel): HoneycombPanel["style"] {
  if (
    panel.kind === "table" ||
    panel.kind === "bars" ||
    panel.kind === "traces" ||
    panel.kind === "logs" ||
    panel.kind === "map"
  )
    return "table";
  return panel.kind === "stat" ? "combo" : "graph";
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

import { compileNrql, conditions, logConditions, nrqlText } from "../../compile/nrql.ts";
import type { ChartPanel, LogsPanel, MapPanel, Panel, TracesPanel } from "../../model/board.ts";
import { unitOf } from "../../model/board.ts";
import type { Where } from "../../model/expression.ts";
import { approximated, EXACT, type Fidelity, worst } from "../../model/fidelity.ts";
import type { Signal, Unit } from "../../model/signal.ts";

/** What a widget shows and how: everything but its place. */
export interface Widget {
  readonly visualization: "viz.line" | "viz.stacked-bar" | "viz.billboard" | "viz.bar" | "viz.table";
  readonly queries: readonly string[];
  readonly unit?: string;
  readonly thresholds?: { readonly warn: number; readonly bad: number; readonly direction: "above" | "below" };
  readonly fidelity: Fidelity;
}

/** Dashboards ask for the environment chosen at the top; `{{environment}}` is a list New Relic fills in. */
export const DASHBOARD_SCOPE: Where = { "deployment.environment.name": { like: "{{environment}}" } };

/** A panel as New Relic's dashboards show it. */
export function newRelicWidget(panel: Panel): Widget {
  switch (panel.kind) {
    case "lines":
      return chart(panel, "viz.line", "TIMESERIES");
    case "stacked":
      return chart(panel, "viz.stacked-bar", "TIMESERIES");
    case "stat":
      return chart(panel, "viz.billboard", "");
    case "bars":
      return chart(panel, "viz.bar", "");
    case "table":
      return chart(panel, "viz.table", "");
    case "logs":
      return { visualization: "viz.table", queries: [logsQuery(panel)], fidelity: EXACT };
    case "traces":
      return { visualization: "viz.table", queries: [tracesQuery(panel)], fidelity: EXACT };
    case "map":
      return edges(panel);
    default:
      return panel satisfies never;
  }
}

function chart(panel: ChartPanel, visualization: Widget["visualization"], tail: string): Widget {
  const compiled = panel.signals.map((signal) => ({ signal, query: compileNrql(signal.value, DASHBOARD_SCOPE) }));
  return {
    visualization,
    queries: compiled
      .filter(({ query }) => query.fidelity.kind !== "unsupported")
      .map(({ signal, query }) => nrqlText({ ...query, select: `${query.select} AS '${label(signal)}'` }, tail)),
    unit: UNITS[unitOf(panel)],
    ...(panel.thresholds === undefined ? {} : { thresholds: panel.thresholds }),
    fidelity: worst(compiled.map(({ query }) => query.fidelity)),
  };
}

function edges({ rate, failed, latency }: MapPanel): Widget {
  const query = compileNrql(rate.value, DASHBOARD_SCOPE);
  const select = [rate, failed, latency]
    .map((signal) => `${compileNrql(signal.value, DASHBOARD_SCOPE).select} AS '${label(signal)}'`)
    .join(", ");
  return {
    visualization: "viz.table",
    queries: [nrqlText({ ...query, select }, "")],
    fidelity: approximated("a table of calls; New Relic draws its own map beside the service"),
  };
}

function logsQuery(panel: LogsPanel): string {
  const where = [...conditions({ ...DASHBOARD_SCOPE, ...panel.where }), ...logConditions(panel.severity)];
  return `FROM Log SELECT timestamp, service.name, severity.text, message, trace.id WHERE ${where.join(" AND ")} LIMIT 100`;
}

function tracesQuery(panel: TracesPanel): string {
  const where = conditions({ ...DASHBOARD_SCOPE, ...panel.where });
  const pick =
    panel.pick === "failed"
      ? ["otel.status_code = 'ERROR'"]
      : panel.pick === "latest"
        ? []
        : [`duration.ms > ${panel.pick.slowerThan * 1000}`];
  return `FROM Span SELECT timestamp, service.name, name, duration.ms, trace.id WHERE ${[...where, ...pick].join(" AND ")} LIMIT 50`;
}

function label(signal: Signal): string {
  return signal.name.replaceAll("'", "\\'");
}

const UNITS: Readonly<Record<Unit, string>> = {
  s: "SECONDS",
  ms: "MS",
  bytes: "BYTES",
  "bytes/s": "BYTES_PER_SECOND",
  share: "PERCENTAGE",
  percent: "PERCENTAGE",
  "requests/s": "REQUESTS_PER_SECOND",
  "messages/s": "MESSAGES_PER_SECOND",
  "operations/s": "OPERATIONS_PER_SECOND",
  "spans/s": "COUNT",
  "records/s": "COUNT",
  "per minute": "COUNT",
  count: "COUNT",
  cores: "COUNT",
  state: "COUNT",
};

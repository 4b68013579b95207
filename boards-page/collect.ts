import { compileLogsql } from "../dashboards/compile/logsql.ts";
import { compilePromql } from "../dashboards/compile/promql.ts";
import type { Board, ChartPanel, MapPanel, Panel } from "../dashboards/model/board.ts";
import { groupedBy, metricsOf, readsLogs, type Where } from "../dashboards/model/expression.ts";
import { prometheusLabel } from "../dashboards/model/metric.ts";
import type { Signal } from "../dashboards/model/signal.ts";
import type { Edge, Line, PanelData, Value } from "./model.ts";
import { getJson } from "./stores/http.ts";
import { type LogStore, logLinesOf, logNumber, logNumberNow } from "./stores/logs.ts";
import { type TraceStore, tracesOf } from "./stores/traces.ts";
import { linesOf, valuesOf } from "./stores/vectors.ts";

/** The local backend, and which time range is shown. */
export interface LocalBackend {
  readonly prometheus: string;
  readonly logs: LogStore;
  readonly traces: TraceStore;
  readonly environment: string;
  /** Only this service, where a signal tells services apart. Default: all. */
  readonly service?: string;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly stepSeconds: number;
}

/** About 120 points a line, and no finer than what is scraped. */
export const stepFor = (from: number, to: number, metricsInterval: number): number =>
  Math.max(15, metricsInterval, Math.round((to - from) / 120_000));

export interface FilledBoard {
  readonly board: Board;
  readonly panels: ReadonlyMap<Panel, PanelData>;
}

/** Asks every query of a board, a few panels at a time; a failed query becomes a panel that says so. */
export async function fill(board: Board, source: LocalBackend): Promise<FilledBoard> {
  const panels = new Map<Panel, PanelData>();
  const waiting = board.rows.flatMap((row) => row.panels);
  const worker = async (): Promise<void> => {
    for (let panel = waiting.shift(); panel !== undefined; panel = waiting.shift()) {
      panels.set(
        panel,
        await askPanel(panel, source).catch(
          (error: unknown) =>
            ({ kind: "failed", reason: error instanceof Error ? error.message : String(error) }) as const,
        ),
      );
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  return { board, panels };
}

const LINES_AT_MOST = 200;

/** What one panel shows. @throws Error, one sentence, when a store does not answer or refuses */
export async function askPanel(panel: Panel, source: LocalBackend): Promise<PanelData> {
  switch (panel.kind) {
    case "lines":
    case "stacked":
      return { kind: "lines", lines: await rangesOf(panel, source) };
    case "stat":
    case "bars":
    case "table":
      return {
        kind: "values",
        values: await ofSignals(panel, (signal, several) => presentValue(signal, several, source)),
        history: panel.kind === "stat" ? await rangesOf(panel, source) : [],
      };
    case "logs":
      return {
        kind: "logs",
        lines: await logLinesOf(source.logs, panel, { ...source, scope: serviceScope(source) }, LINES_AT_MOST),
      };
    case "traces":
      return {
        kind: "traces",
        traces: await tracesOf(source.traces, panel, { ...source, scope: serviceScope(source) }),
      };
    case "map":
      return { kind: "edges", edges: await edgesOf(panel, source) };
    default:
      return panel satisfies never;
  }
}

function scope(source: Asked): Where {
  return { "deployment.environment.name": source.environment };
}

function serviceScope(source: Asked): Where {
  return source.service === undefined ? scope(source) : { ...scope(source), "service.name": source.service };
}

/** What a signal is asked for within: a service only where all that it reads tells services apart. */
function scopeOf({ value }: Signal, source: Asked): Where {
  const apart = metricsOf(value).every(({ attributes }) => attributes.includes("service.name"));
  return apart ? serviceScope(source) : scope(source);
}

type Asked = Pick<LocalBackend, "environment" | "service" | "stepSeconds">;

const windowOf = ({ stepSeconds }: Asked): string => `${Math.max(60, stepSeconds * 4)}s`;

/** The query of a signal, as Prometheus or VictoriaLogs reads it. */
export const queryOf = (signal: Signal, source: Asked): string =>
  readsLogs(signal.value)
    ? compileLogsql(signal.value, { window: windowOf(source), scope: scopeOf(signal, source) })
    : promqlOf(signal, source);

/** What `ask` gives for each signal of a panel; it is told whether there are several. */
async function ofSignals<T>(
  { signals }: ChartPanel,
  ask: (signal: Signal, several: boolean) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  return (await Promise.all(signals.map((signal) => ask(signal, signals.length > 1)))).flat();
}

const rangesOf = (panel: ChartPanel, source: LocalBackend): Promise<readonly Line[]> =>
  ofSignals(panel, (signal, several) => rangeOf(signal, several, source));

async function rangeOf(signal: Signal, several: boolean, source: LocalBackend): Promise<readonly Line[]> {
  const answer = readsLogs(signal.value)
    ? await logNumber(source.logs, signal.value, { ...source, scope: scopeOf(signal, source) })
    : await getJson(source.prometheus, "/api/v1/query_range", {
        query: promqlOf(signal, source),
        start: String(source.from / 1000),
        end: String(source.to / 1000),
        step: String(source.stepSeconds),
      });
  return linesOf(answer, naming(signal, several));
}

async function presentValue(signal: Signal, several: boolean, source: LocalBackend): Promise<readonly Value[]> {
  const answer = readsLogs(signal.value)
    ? await logNumberNow(source.logs, signal.value, { ...source, scope: scopeOf(signal, source) })
    : await getJson(source.prometheus, "/api/v1/query", {
        query: promqlOf(signal, source),
        time: String(source.to / 1000),
      });
  return valuesOf(answer, naming(signal, several));
}

const promqlOf = (signal: Signal, source: Asked): string =>
  compilePromql(signal.value, { window: windowOf(source), scope: scopeOf(signal, source) });

function naming(signal: Signal, several: boolean): (labels: Readonly<Record<string, string>>) => string {
  const keys = groupedBy(signal.value).map(prometheusLabel);
  return (labels) => {
    const own = keys.map((key) => labels[key] ?? "").filter((word) => word !== "");
    if (own.length === 0) return signal.name;
    return several ? `${signal.name} ${own.join(" ")}` : own.join(" ");
  };
}

async function edgesOf(panel: MapPanel, source: LocalBackend): Promise<readonly Edge[]> {
  const [rates, failures, latencies] = await Promise.all(
    [panel.rate, panel.failed, panel.latency].map((signal) => presentValue(signal, false, source)),
  );
  const find = (values: readonly Value[] | undefined, edge: Value): number | undefined =>
    values?.find((other) => other.labels.client === edge.labels.client && other.labels.server === edge.labels.server)
      ?.value;
  return (rates ?? []).map((edge) => ({
    client: edge.labels.client ?? "",
    server: edge.labels.server ?? "",
    rate: edge.value,
    failed: find(failures, edge) ?? 0,
    latency: find(latencies, edge) ?? Number.NaN,
  }));
}

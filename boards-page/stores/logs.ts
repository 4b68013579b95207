import { compileLogql, logLines } from "../../dashboards/compile/logql.ts";
import { compileLogsql, logFilter, logLookback, withoutRecords } from "../../dashboards/compile/logsql.ts";
import type { LogsPanel } from "../../dashboards/model/board.ts";
import type { Expression, Where } from "../../dashboards/model/expression.ts";
import type { LogLine } from "../model.ts";
import { array, getJson, getJsonLines, record, words } from "./http.ts";

/** Where the logs are. */
export interface LogStore {
  readonly kind: "loki" | "victorialogs";
  readonly url: string;
}

/** Milliseconds since 1970, and seconds between two points of a line. */
export interface LogSearch {
  readonly scope: Where;
  readonly from: number;
  readonly to: number;
  readonly stepSeconds: number;
}

/** The newest records of a panel. */
export async function logLinesOf(
  { kind, url }: LogStore,
  { where, severity }: LogsPanel,
  { scope, from, to }: LogSearch,
  limit: number,
): Promise<readonly LogLine[]> {
  const time = { start: `${from}000000`, end: `${to}000000`, limit: String(limit) };
  if (kind === "victorialogs") {
    const query = logFilter(where, severity, scope);
    return newest((await getJsonLines(url, "/select/logsql/query", { query, ...time })).map(storedLine), limit);
  }
  const query = logLines(where, severity, scope);
  const answer = await getJson(url, "/loki/api/v1/query_range", { query, ...time, direction: "backward" });
  const lines = array(record(record(answer).data).result).flatMap((stream) => {
    const labels = words(record(stream).stream);
    return array(record(stream).values).map((pair) => line(array(pair), labels));
  });
  return newest(lines, limit);
}

const newest = (lines: readonly LogLine[], limit: number): readonly LogLine[] =>
  lines.toSorted((a, b) => b.at - a.at).slice(0, limit);

/** A record as VictoriaLogs returns it. */
export function storedLine(value: unknown): LogLine {
  const { _time, _msg, severity_text, trace_id, ...fields } = words(value);
  return {
    at: Date.parse(_time ?? ""),
    service: fields["service.name"] ?? "",
    severity: severity_text ?? "",
    text: _msg ?? "",
    traceId: trace_id ?? "",
  };
}

function line(pair: readonly unknown[], labels: Readonly<Record<string, string>>): LogLine {
  return {
    at: Number(String(pair[0]).slice(0, -6)),
    service: labels.service_name ?? "",
    severity: labels.severity_text ?? labels.detected_level ?? "",
    text: String(pair[1] ?? ""),
    traceId: labels.trace_id ?? "",
  };
}

const windowOf = ({ stepSeconds }: LogSearch): string => `${Math.max(60, stepSeconds * 4)}s`;

/** A number counted from records now, in the shape of Prometheus' answers. */
export function logNumberNow({ kind, url }: LogStore, value: Expression, search: LogSearch): Promise<unknown> {
  const { scope, to } = search;
  const context = { window: windowOf(search), scope };
  const time = String(to / 1000);
  return kind === "loki"
    ? getJson(url, "/loki/api/v1/query", { query: compileLogql(value, context), time })
    : getJson(url, "/select/logsql/stats_query", { query: compileLogsql(value, context), time });
}

/** The same over time. */
export async function logNumber({ kind, url }: LogStore, value: Expression, search: LogSearch): Promise<unknown> {
  const { scope, from, to, stepSeconds } = search;
  if (kind === "loki") {
    const query = compileLogql(value, { window: windowOf(search), scope });
    const time = { start: String(from / 1000), end: String(to / 1000), step: String(stepSeconds) };
    return getJson(url, "/loki/api/v1/query_range", { query, ...time });
  }
  // a step counts its own records, so short ones are jagged
  const step = Math.max(60, stepSeconds);
  const [start, end] = [Math.ceil(from / 1000 / step) * step, Math.floor(to / 1000 / step) * step];
  const moments = Array.from({ length: Math.max(0, (end - start) / step) }, (_, index) => start + (index + 1) * step);
  const lines =
    logLookback(value) === undefined
      ? await counted(url, compileLogsql(value, { scope }), { start, end, step })
      : await lookingBack(url, compileLogsql(value, { window: `${step}s`, scope }), moments);
  const none = withoutRecords(value);
  if (none === undefined) return { data: { result: lines } };
  const known = new Map(lines[0]?.values);
  return { data: { result: [{ metric: {}, values: moments.map((moment) => [moment, known.get(moment) ?? none]) }] } };
}

interface Points {
  readonly metric: unknown;
  readonly values: (readonly [seconds: number, value: unknown])[];
}

/** Each step by its records; VictoriaLogs names a step by its beginning, Prometheus and Loki by its end. */
async function counted(
  url: string,
  query: string,
  { start, end, step }: { readonly start: number; readonly end: number; readonly step: number },
): Promise<readonly Points[]> {
  const time = { start: String(start), end: String(end), step: `${step}s` };
  const answer = await getJson(url, "/select/logsql/stats_query_range", { query, ...time });
  return array(record(record(answer).data).result).map((line) => ({
    metric: record(line).metric,
    values: array(record(line).values).map((pair) => [Number(array(pair)[0]) + step, array(pair)[1]]),
  }));
}

/** No answer over time looks back further than a step, so each moment is asked for by itself. */
async function lookingBack(url: string, query: string, moments: readonly number[]): Promise<readonly Points[]> {
  const lines = new Map<string, Points>();
  for (const moment of moments) {
    const answer = await getJson(url, "/select/logsql/stats_query", { query, time: String(moment) });
    for (const found of array(record(record(answer).data).result).map(record)) {
      const line = lines.get(JSON.stringify(found.metric)) ?? { metric: found.metric, values: [] };
      line.values.push([moment, array(found.value)[1]]);
      lines.set(JSON.stringify(found.metric), line);
    }
  }
  return [...lines.values()];
}

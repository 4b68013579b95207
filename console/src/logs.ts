import type { Span } from "../../boards-page/chart-options.ts";
import type { Line, LogLine } from "../../boards-page/model.ts";
import { array, getJson, record, StoreError, words } from "../../boards-page/stores/http.ts";
import { storedLine } from "../../boards-page/stores/logs.ts";
import { STORES } from "./stores.ts";

/** One log record with all that was stored of it. */
export interface LogEntry extends LogLine {
  readonly spanId: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** The newest records that a search finds, newest first. */
export async function findLogs(query: string, { from, to }: Span, limit = 300): Promise<readonly LogEntry[]> {
  const response = await fetch(address("query", { query, start: iso(from), end: iso(to), limit: String(limit) }), {
    signal: AbortSignal.timeout(30_000),
  });
  const body = await response.text();
  if (!response.ok) throw new StoreError(STORES.victorialogs, response.status, body.slice(0, 300).trim());
  const lines = body.split("\n").filter((line) => line !== "");
  return lines.map((line) => entryOf(JSON.parse(line))).sort((a, b) => b.at - a.at);
}

/** How many records there were over time, by severity. */
export async function countLogs(query: string, { from, to }: Span, stepSeconds: number): Promise<readonly Line[]> {
  const answer = await getJson(STORES.victorialogs, "/select/logsql/hits", {
    query,
    start: iso(from),
    end: iso(to),
    step: `${stepSeconds}s`,
    field: "severity_text",
  });
  return array(record(answer).hits).map((hit) => {
    const { fields, timestamps, values } = record(hit);
    const counts = array(values).map(Number);
    const name = words(fields).severity_text ?? "";
    return {
      name: name === "" ? "without severity" : name,
      labels: words(fields),
      points: array(timestamps).map((at, index) => [Date.parse(String(at)), counts[index] ?? 0] as const),
    };
  });
}

/**
 * Records as they arrive, until `signal` ends it.
 * @throws Error, one sentence, when the store refuses or goes away
 */
export async function followLogs(
  query: string,
  onEntry: (entry: LogEntry) => void,
  signal: AbortSignal,
): Promise<void> {
  const response = await fetch(address("tail", { query }), { signal });
  if (!response.ok || response.body === null) {
    throw new StoreError(STORES.victorialogs, response.status, (await response.text()).slice(0, 300).trim());
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") onEntry(entryOf(JSON.parse(line)));
  }
}

function address(what: string, parameters: Readonly<Record<string, string>>): string {
  return `${STORES.victorialogs}/select/logsql/${what}?${new URLSearchParams(parameters)}`;
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

function entryOf(value: unknown): LogEntry {
  const { _time, _msg, _stream, _stream_id, severity_text, trace_id, span_id, ...fields } = words(value);
  return { ...storedLine(value), spanId: span_id ?? "", fields };
}

import type { LogLine } from "../model.ts";
import { array, getJson, record, words } from "./http.ts";

/** The newest log lines a query finds. */
export async function logLinesOf(
  loki: string,
  query: string,
  from: number,
  to: number,
  limit: number,
): Promise<readonly LogLine[]> {
  const answer = await getJson(loki, "/loki/api/v1/query_range", {
    query,
    start: `${from}000000`,
    end: `${to}000000`,
    limit: String(limit),
    direction: "backward",
  });
  const streams = array(record(record(answer).data).result);
  const lines = streams.flatMap((stream) => {
    const labels = words(record(stream).stream);
    return array(record(stream).values).map((pair) => line(array(pair), labels));
  });
  return [...lines].sort((a, b) => b.at - a.at).slice(0, limit);
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

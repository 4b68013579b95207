/** Spans and log records out of Honeycomb, which keeps both as events (and a span's links as events of their own). Pure. */
import { type Json, text } from "../../json.ts";
import type { LogRecord, Span, SpanLink } from "../../query.ts";
import { commonFields, SPAN_ATTRIBUTES } from "../../spans.ts";

/** Results have no raw events: grouped by all of these, every event is a row of its own. */
export const SPAN_COLUMNS: readonly string[] = [
  "trace.trace_id",
  "trace.span_id",
  "trace.parent_id",
  "trace.link.trace_id",
  "trace.link.span_id",
  "meta.annotation_type",
  "service.name",
  "name",
  "span.kind",
  ...SPAN_ATTRIBUTES,
];

/** The calculated field that holds an event's time, in seconds of the epoch. */
export const TIME_FIELD = { name: "event_time", expression: "EVENT_TIMESTAMP()" } as const;

export function spansOf(rows: readonly Json[]): readonly Span[] {
  const links = Map.groupBy(
    rows.filter((row) => row["meta.annotation_type"] === "link"),
    (row) => `${text(row["trace.trace_id"])}:${text(row["trace.parent_id"])}`,
  );
  // Events and links of a span have its id as their parent and none of their own.
  return rows
    .filter((row) => text(row["trace.span_id"]) !== "")
    .map((row) => spanOf(row, links.get(`${text(row["trace.trace_id"])}:${text(row["trace.span_id"])}`) ?? []));
}

function spanOf(row: Json, links: readonly Json[]): Span {
  const parentId = text(row["trace.parent_id"]);
  return {
    traceId: fullId(row["trace.trace_id"]),
    spanId: text(row["trace.span_id"]),
    ...(parentId === "" ? {} : { parentId }),
    links: links.map(
      (link): SpanLink => ({ traceId: fullId(link["trace.link.trace_id"]), spanId: text(link["trace.link.span_id"]) }),
    ),
    start: timeOf(row),
    ...commonFields(row),
  };
}

/** One record for each trace that wrote some, and one for all that were written outside. */
export function logsOf(rows: readonly Json[]): readonly LogRecord[] {
  return rows.map((row) => {
    const traceId = text(row["trace.trace_id"]) === "" ? undefined : fullId(row["trace.trace_id"]);
    return { service: text(row["service.name"]), at: timeOf(row), ...(traceId === undefined ? {} : { traceId }) };
  });
}

function timeOf(row: Json): Date {
  return new Date(Number(row[`MAX(${TIME_FIELD.name})`]) * 1000);
}

/** Honeycomb drops the first half of a trace id that is all zeros. */
function fullId(value: unknown): string {
  return text(value).padStart(32, "0");
}

/** A trace id as Honeycomb has it. */
export function storedId(traceId: string): string {
  return traceId.replace(/^0{16}(?=[0-9a-f]{16}$)/, "");
}

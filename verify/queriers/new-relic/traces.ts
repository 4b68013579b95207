import { type Json, text } from "../../json.ts";
import type { Querier, Span, SpanLink } from "../../query.ts";
import { commonFields, SPAN_ATTRIBUTES } from "../../spans.ts";
import { attribute, counted, type Nrql, quoted } from "./nerdgraph.ts";

/** What New Relic makes of an OTLP span: its docs, "OTLP span mapping". */
const FIELDS = ["timestamp", "trace.id", "id", "parent.id", "service.name", "name", "span.kind", ...SPAN_ATTRIBUTES];
const LINK_FIELDS = ["trace.id", "id", "linkedTraceId", "linkedSpanId"];

/** A query has at most 4096 characters: room for this many trace ids of 32 digits. */
const IDS_PER_QUERY = 80;

/** Traces out of New Relic: the newest trace ids of a service, then all spans and span links of those traces. */
export function newRelicTraces(
  nrql: Nrql,
  { pages, accountId }: { readonly pages: string; readonly accountId: string },
): Pick<Querier, "traces" | "trace" | "traceUrl" | "countSpans"> {
  const spansOf = async (ids: readonly string[], since: number): Promise<readonly Span[]> => {
    const parts = await Promise.all(
      chunks(ids, IDS_PER_QUERY).map(async (some) => {
        const where = `WHERE \`trace.id\` IN (${some.map(quoted).join(", ")}) SINCE ${since} LIMIT MAX`;
        const [spans, links] = await Promise.all([
          nrql(`SELECT ${FIELDS.map(attribute).join(", ")} FROM Span ${where}`),
          nrql(`SELECT ${LINK_FIELDS.map(attribute).join(", ")} FROM SpanLink ${where}`),
        ]);
        const linksOf = Map.groupBy(links, (link) => `${text(link["trace.id"])}:${text(link.id)}`);
        return spans.map((span) => spanOf(span, linksOf.get(`${text(span["trace.id"])}:${text(span.id)}`) ?? []));
      }),
    );
    return parts.flat();
  };
  return {
    async traces({ service, since, limit }) {
      // Rows come with the largest value first, so these are the newest traces.
      const newest = await nrql(
        `SELECT max(timestamp) FROM Span WHERE \`service.name\` = ${quoted(service)} FACET \`trace.id\` SINCE ${since.getTime()} LIMIT ${limit}`,
      );
      const ids = newest.map((row) => text(row["trace.id"] ?? row.facet));
      return (await spansOf(ids, since.getTime())).filter((span) => span.start >= since);
    },
    trace: (traceId) => spansOf([traceId], Date.now() - 86_400_000),
    traceUrl: async (traceId) =>
      `${pages}/distributed-tracing?${new URLSearchParams({ account: accountId, query: `trace.id = ${quoted(traceId)}` })}`,
    countSpans: (search) => counted(nrql, "Span", search),
  };
}

function spanOf(row: Json, links: readonly Json[]): Span {
  const parentId = text(row["parent.id"]);
  return {
    traceId: text(row["trace.id"]),
    spanId: text(row.id),
    ...(parentId === "" ? {} : { parentId }),
    links: links.map((link): SpanLink => ({ traceId: text(link.linkedTraceId), spanId: text(link.linkedSpanId) })),
    start: new Date(Number(row.timestamp)),
    ...commonFields(row),
  };
}

function chunks<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}

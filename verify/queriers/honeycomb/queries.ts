import { list, object, text } from "../../json.ts";
import type { CountSearch, HoneycombQuery, LogRecord, Querier, Span, Tally } from "../../query.ts";
import type { HoneycombApi, QuerySpec } from "./api.ts";
import type { Columns } from "./columns.ts";
import { logsOf, SPAN_COLUMNS, spansOf, storedId, TIME_FIELD } from "./events.ts";

type Filter = QuerySpec["filters"][number];

/** Traces and logs of all services lie in datasets of their own, so they are asked for environment-wide. */
const EVERYWHERE = "__all__";
/** Honeycomb allows few queries a minute: one answer serves the questions about all services that come within this time. */
const freshMs = 8000;
const dayMs = 86_400_000;

const isSpan: Filter = { column: "trace.span_id", op: "exists" };
const isTrace: Filter = { column: "meta.signal_type", op: "=", value: "trace" };
const isLog: Filter = { column: "meta.signal_type", op: "=", value: "log" };
const ofService = (service: string): Filter => ({ column: "service.name", op: "=", value: service });

/** Spans and log records out of Honeycomb, by queries. */
export function honeycombEvents(
  api: HoneycombApi,
  columns: Columns,
  { ui, metricsDataset }: Pick<HoneycombQuery, "ui" | "metricsDataset">,
): Pick<Querier, "traces" | "trace" | "traceUrl" | "logs" | "countSpans" | "countLogs"> {
  /** A query may name only columns that some dataset has. */
  const knownColumns = async (): Promise<ReadonlySet<string>> => {
    const slugs = list(await api.get("/1/datasets"))
      .map((dataset) => text(object(dataset).slug))
      .filter((slug) => slug !== metricsDataset);
    const all = await Promise.all(slugs.map((slug) => columns.of(slug)));
    return new Set(all.flat().map(({ name }) => name));
  };
  const grouped = async (groups: readonly string[], filters: readonly Filter[], since: Date) => {
    const known = await knownColumns();
    if (!filters.every(({ column }) => known.has(column))) return [];
    return api.run(EVERYWHERE, {
      calculations: [{ op: "MAX", column: TIME_FIELD.name }],
      calculated_fields: [TIME_FIELD],
      filters,
      breakdowns: groups.filter((column) => known.has(column)),
      orders: [{ op: "MAX", column: TIME_FIELD.name, order: "descending" }],
      ...span(since),
    });
  };
  const spansSince = shared(async (since: Date) => spansOf(await grouped(SPAN_COLUMNS, [isTrace], since)));
  const logsSince = shared(async (since: Date) =>
    logsOf(await grouped(["service.name", "trace.trace_id"], [isLog], since)),
  );
  const count = async (filters: readonly Filter[], { window }: CountSearch): Promise<Tally> => {
    const known = await knownColumns();
    if (!filters.every(({ column }) => known.has(column))) return { count: 0 };
    const times = { start_time: window.from.getTime() / 1000, end_time: window.to.getTime() / 1000 };
    const [row] = await api.run(EVERYWHERE, { calculations: [{ op: "COUNT" }], filters, ...times });
    return { count: Number(row?.COUNT ?? 0) };
  };
  const seen = new Map<string, Span>();
  return {
    async traces({ service, since, limit }) {
      const spans = (await spansSince(since)).filter(({ start }) => start >= since);
      const newest = newestTraces(spans, service, limit);
      const found = spans.filter(({ traceId }) => newest.has(traceId));
      for (const one of found) seen.set(one.traceId, one);
      return found;
    },
    async trace(traceId) {
      const filter: Filter = { column: "trace.trace_id", op: "=", value: storedId(traceId) };
      return spansOf(await grouped(SPAN_COLUMNS, [isTrace, filter], new Date(Date.now() - dayMs)));
    },
    async traceUrl(traceId) {
      const one = seen.get(traceId);
      if (!ui.includes("/environments/") || one === undefined) return ui;
      // Without times, Honeycomb looks only at the last two hours.
      const seconds = Math.floor(one.start.getTime() / 1000);
      const search = {
        trace_id: storedId(traceId),
        trace_start_ts: `${seconds - 3600}`,
        trace_end_ts: `${seconds + 3600}`,
      };
      return `${ui}/datasets/${encodeURIComponent(one.service)}/trace?${new URLSearchParams(search)}`;
    },
    async logs({ service, since, limit }) {
      const own = (await logsSince(since)).filter((record) => record.service === service && record.at >= since);
      const byTrace = (record: LogRecord): number => (record.traceId === undefined ? 1 : 0);
      return own.toSorted((a, b) => byTrace(a) - byTrace(b)).slice(0, limit);
    },
    countSpans: (asked) => count([isSpan, isTrace, ofService(asked.service)], asked),
    countLogs: (asked) => count([isLog, ofService(asked.service)], asked),
  };
}

/** From `since` to after now: times are cut to whole minutes, so that an end at now would hide the newest. */
function span(since: Date): Pick<QuerySpec, "start_time" | "end_time"> {
  return { start_time: Math.floor(since.getTime() / 1000), end_time: Math.ceil(Date.now() / 60_000) * 60 + 60 };
}

function newestTraces(spans: readonly Span[], service: string, limit: number): ReadonlySet<string> {
  const own = spans.filter((one) => one.service === service);
  const newestFirst = own.toSorted((a, b) => b.start.getTime() - a.start.getTime());
  return new Set([...new Set(newestFirst.map(({ traceId }) => traceId))].slice(0, limit));
}

/** The same question within a short time gets the same answer. A failure is not kept. */
function shared<T>(ask: (since: Date) => Promise<T>): (since: Date) => Promise<T> {
  let last: { readonly since: number; readonly askedAt: number; readonly answer: Promise<T> } | undefined;
  return (since) => {
    if (last !== undefined && last.since === since.getTime() && Date.now() - last.askedAt < freshMs) return last.answer;
    const answer = ask(since);
    last = { since: since.getTime(), askedAt: Date.now(), answer };
    answer.catch(() => {
      if (last?.answer === answer) last = undefined;
    });
    return answer;
  };
}

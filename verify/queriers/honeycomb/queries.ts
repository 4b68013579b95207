import type { HoneycombQuery } from "../../../vendors/honeycomb.ts";
import { list, object, text } from "../../json.ts";
import type { LogRecord, Querier, Span, Window } from "../../query.ts";
import { shared } from "../../shared.ts";
import type { HoneycombApi, QuerySpec } from "./api.ts";
import type { Columns } from "./columns.ts";
import { logsOf, SPAN_COLUMNS, spansOf, storedId, TIME_FIELD } from "./events.ts";

type Filter = QuerySpec["filters"][number];

/** Traces and logs of all services lie in datasets of their own, so they are asked for environment-wide. */
const EVERYWHERE = "__all__";
const DAY_MS = 86_400_000;

const IS_SPAN: Filter = { column: "trace.span_id", op: "exists" };
const IS_TRACE: Filter = { column: "meta.signal_type", op: "=", value: "trace" };
const IS_LOG: Filter = { column: "meta.signal_type", op: "=", value: "log" };

/** Spans and log records out of Honeycomb, by queries. */
export function honeycombEvents(
  api: HoneycombApi,
  columns: Columns,
  { ui, metricsDataset }: Pick<HoneycombQuery, "ui" | "metricsDataset">,
): Pick<Querier, "traces" | "trace" | "traceUrl" | "logs" | "countSpans" | "countLogs"> {
  const { grouped, counted } = questions(api, columns, metricsDataset);
  // Honeycomb allows few queries a minute, so each is about all services at once.
  const since = (time: Date): string => time.toISOString();
  const spansSince = shared(async (from: Date) => spansOf(await grouped(SPAN_COLUMNS, [IS_TRACE], from)), since);
  const logsSince = shared(
    async (from: Date) => logsOf(await grouped(["service.name", "trace.trace_id"], [IS_LOG], from)),
    since,
  );
  const within = ({ from, to }: Window): string => `${from.toISOString()}/${to.toISOString()}`;
  const spansWithin = shared((window: Window) => counted([IS_SPAN, IS_TRACE], window), within);
  const logsWithin = shared((window: Window) => counted([IS_LOG], window), within);
  /** A span of each trace that was found: the address of a trace's page needs its dataset and time. */
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
      return spansOf(await grouped(SPAN_COLUMNS, [IS_TRACE, filter], new Date(Date.now() - DAY_MS)));
    },
    async traceUrl(traceId) {
      const one = seen.get(traceId);
      return !ui.includes("/environments/") || one === undefined ? ui : traceAddress(ui, one);
    },
    async logs({ service, since, limit }) {
      const own = (await logsSince(since)).filter((record) => record.service === service && record.at >= since);
      const byTrace = (record: LogRecord): number => (record.traceId === undefined ? 1 : 0);
      return own.toSorted((a, b) => byTrace(a) - byTrace(b)).slice(0, limit);
    },
    countSpans: async ({ service, window }) => ({ count: (await spansWithin(window)).get(service) ?? 0 }),
    countLogs: async ({ service, window }) => ({ count: (await logsWithin(window)).get(service) ?? 0 }),
  };
}

/** The two forms of query that are asked. Both name only columns that some dataset has, since Honeycomb refuses others. */
function questions(api: HoneycombApi, columns: Columns, metricsDataset: string) {
  const knownColumns = async (): Promise<ReadonlySet<string>> => {
    const slugs = list(await api.get("/1/datasets"))
      .map((dataset) => text(object(dataset).slug))
      .filter((slug) => slug !== metricsDataset);
    const all = await Promise.all(slugs.map((slug) => columns.of(slug)));
    return new Set(all.flat().map(({ name }) => name));
  };
  return {
    /** The newest events of each group since a time. */
    grouped: async (groups: readonly string[], filters: readonly Filter[], since: Date) => {
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
    },
    /** How many events each service has in a window. */
    counted: async (filters: readonly Filter[], window: Window): Promise<ReadonlyMap<string, number>> => {
      const known = await knownColumns();
      if (![...filters.map(({ column }) => column), "service.name"].every((column) => known.has(column)))
        return new Map();
      const times = { start_time: window.from.getTime() / 1000, end_time: window.to.getTime() / 1000 };
      const calculations = [{ op: "COUNT" }] as const;
      const rows = await api.run(EVERYWHERE, { calculations, filters, breakdowns: ["service.name"], ...times });
      return new Map(rows.map((row) => [text(row["service.name"]), Number(row.COUNT ?? 0)]));
    },
  };
}

/** The page of a span's trace. Without times, Honeycomb looks only at the last two hours. */
function traceAddress(ui: string, { traceId, service, start }: Span): string {
  const seconds = Math.floor(start.getTime() / 1000);
  const search = {
    trace_id: storedId(traceId),
    trace_start_ts: `${seconds - 3600}`,
    trace_end_ts: `${seconds + 3600}`,
  };
  return `${ui}/datasets/${encodeURIComponent(service)}/trace?${new URLSearchParams(search)}`;
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

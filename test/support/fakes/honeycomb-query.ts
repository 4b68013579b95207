import { type Fields, isFields, text } from "./fields.ts";
import { type Answer, type Asked, Refusal } from "./server.ts";
import type { Telemetry } from "./telemetry.ts";

export interface QueryOptions {
  readonly telemetry: Telemetry;
  /** Query results are for Enterprise plans. */
  readonly plan: "pro" | "enterprise";
  readonly metricsDataset: string;
}

type Event = Readonly<Record<string, unknown>>;
type Handler = (parts: Readonly<Record<string, string>>) => Answer;

/**
 * Honeycomb's datasets and columns with their last writes, queries and query results over `telemetry`, the way its OTLP intake stores it:
 * a dataset a service, links as events of their own, a column a metric. `admit` refuses keys without the right.
 */
export function honeycombQueries(
  { telemetry, plan, metricsDataset }: QueryOptions,
  admit: (asked: Asked, right: "queries" | "columns" | "any") => void,
): (asked: Asked) => Readonly<Record<string, Handler>> {
  const datasets = stored(telemetry, metricsDataset);
  const queries = new Map<string, { readonly slug: string; readonly spec: Fields }>();
  const results = new Map<string, { readonly query: string; asked: number }>();
  const eventsOf = (slug: string): readonly Event[] => {
    if (slug === "__all__") return [...datasets.values()].flat();
    return datasets.get(slug) ?? refuse(404, "Dataset not found");
  };
  return (asked) => ({
    "GET /1/datasets": () => {
      admit(asked, "any");
      return ok([...datasets].map(([slug, events]) => ({ name: slug, slug, last_written_at: lastWrite(events) })));
    },
    "GET /1/columns/:slug": ({ slug = "" }) => {
      admit(asked, "columns");
      return ok(columnsOf(eventsOf(slug)));
    },
    "POST /1/queries/:slug": ({ slug = "" }) => {
      admit(asked, "queries");
      const spec: unknown = JSON.parse(asked.body.toString());
      const id = `query${queries.size}`;
      queries.set(id, { slug, spec: isFields(spec) ? checked(spec, eventsOf(slug)) : refuse(422, "no query") });
      return ok({ id });
    },
    "POST /1/query_results/:slug": ({ slug }) => {
      admit(asked, "queries");
      if (plan !== "enterprise") refuse(403, "Your plan does not include this feature.");
      const { query_id, disable_series, limit } = JSON.parse(asked.body.toString()) as Record<string, unknown>;
      if (queries.get(text(query_id))?.slug !== slug) refuse(404, "Query not found");
      if (limit !== undefined && (disable_series !== true || Number(limit) > 10_000)) refuse(422, "limit");
      const id = `result${results.size}`;
      results.set(id, { query: text(query_id), asked: 0 });
      return ok({ id, complete: false }, 201);
    },
    "GET /1/query_results/:slug/:id": ({ slug, id = "" }) => {
      admit(asked, "queries");
      const result = results.get(id);
      const query = queries.get(result?.query ?? "");
      if (result === undefined || query === undefined || query.slug !== slug)
        return refuse(404, "Query result not found");
      result.asked += 1;
      if (result.asked < 2) return ok({ id, complete: false });
      return ok({ id, complete: true, data: { results: run(query.spec, eventsOf(query.slug)) } });
    },
  });
}

/** Events by dataset, as the OTLP intake makes them. */
function stored({ spans, logs, points }: Telemetry, metricsDataset: string): ReadonlyMap<string, readonly Event[]> {
  const events = [
    ...spans.flatMap(({ traceId, spanId, parentId, links = [], service, name, kind, start, attributes }) => {
      const common = { "service.name": service, "meta.signal_type": "trace", "trace.trace_id": short(traceId) };
      const span = {
        ...attributes,
        ...common,
        name,
        "span.kind": kind,
        "trace.span_id": spanId,
        "trace.parent_id": parentId,
      };
      const linked = links.map((link) => ({
        ...{ ...common, "trace.parent_id": spanId, "meta.annotation_type": "link" },
        ...{ "trace.link.trace_id": short(link.traceId), "trace.link.span_id": link.spanId },
      }));
      return [span, ...linked].map((event): [string, Event] => [service, { ...event, time: start.getTime() / 1000 }]);
    }),
    ...logs.map(({ service, at, traceId }): [string, Event] => {
      const inTrace =
        traceId === undefined ? {} : { "trace.trace_id": short(traceId), "meta.annotation_type": "span_event" };
      const common = { "service.name": service, "meta.signal_type": "log", severity_code: 9 };
      return [service, { ...common, ...inTrace, time: at.getTime() / 1000 }];
    }),
    ...points.map(({ metric, service, at, histogram }): [string, Event] => {
      const values = histogram
        ? { [`${metric}.count`]: 3, [`${metric}.sum`]: 0.5, [`${metric}.p95`]: 0.3 }
        : { [metric]: 1 };
      return [metricsDataset, { ...values, "service.name": service, "server.port": 8000, time: at.getTime() / 1000 }];
    }),
  ];
  const datasets = Map.groupBy(events, ([dataset]) => dataset);
  return new Map([...datasets].map(([dataset, all]) => [dataset, all.map(([, event]) => defined(event))]));
}

function columnsOf(events: readonly Event[]): readonly Fields[] {
  const names = [...new Set(events.flatMap((event) => Object.keys(event)))].filter((name) => name !== "time");
  return names.map((name) => {
    const having = events.filter((event) => event[name] !== undefined);
    const type = typeof having[0]?.[name] === "number" ? "float" : "string";
    return { id: name, key_name: name, type, hidden: false, last_written: lastWrite(having) };
  });
}

function lastWrite(events: readonly Event[]): string {
  return new Date(Math.max(...events.map(({ time }) => Number(time))) * 1000).toISOString();
}

const KNOWN_FIELDS = ["calculations", "calculated_fields", "filters", "breakdowns", "orders", "start_time", "end_time"];

/** Refuses fields and columns nobody knows, and more than a hundred of anything. */
function checked(spec: Fields, events: readonly Event[]): Fields {
  const unknown = Object.keys(spec).find((field) => !KNOWN_FIELDS.includes(field));
  if (unknown !== undefined) refuse(422, `unknown field ${unknown}`);
  const calculated = list(spec.calculated_fields).map((field) => text(field.name));
  const named = ["calculations", "filters", "orders"].flatMap((key) =>
    list(spec[key]).map(({ column }) => text(column)),
  );
  const columns = new Set(events.flatMap((event) => Object.keys(event)));
  const all = [...named, ...texts(spec.breakdowns)].filter((column) => column !== "");
  const missing = all.find((column) => !calculated.includes(column) && !columns.has(column));
  if (missing !== undefined) refuse(422, `unknown column "${missing}"`);
  if (["calculations", "filters", "breakdowns"].some((key) => Array.isArray(spec[key]) && spec[key].length > 100))
    refuse(422, "more than 100 items");
  if (typeof spec.start_time !== "number" || typeof spec.end_time !== "number") refuse(422, "start_time and end_time");
  return spec;
}

/** Times are cut to whole minutes, as they are for queries of up to six hours. */
function run(spec: Fields, events: readonly Event[]): readonly Fields[] {
  const [from, to] = [spec.start_time, spec.end_time].map((time) => Math.floor(Number(time) / 60) * 60) as [
    number,
    number,
  ];
  const matching = events.filter((event) => {
    const time = Number(event.time);
    return time >= from && time < to && list(spec.filters).every((filter) => matches(event, filter));
  });
  const breakdowns = texts(spec.breakdowns);
  const groups = Map.groupBy(matching, (event) => JSON.stringify(breakdowns.map((name) => event[name] ?? null)));
  if (breakdowns.length === 0 && groups.size === 0) groups.set("", []);
  return [...groups.values()].slice(0, 10_000).map((group) => ({
    data: {
      ...Object.fromEntries(breakdowns.map((name) => [name, group[0]?.[name] ?? null])),
      ...Object.fromEntries(list(spec.calculations).map((one) => calculate(one, group))),
    },
  }));
}

function matches(event: Event, { column, op, value }: Fields): boolean {
  if (op === "exists") return event[text(column)] !== undefined;
  if (op === "=") return event[text(column)] === value;
  return refuse(422, `unknown op ${text(op)}`);
}

function calculate({ op, column }: Fields, group: readonly Event[]): [string, unknown] {
  if (op === "COUNT") return ["COUNT", group.length];
  if (op !== "MAX") return refuse(422, `unknown op ${text(op)}`);
  // The one calculated field there is: EVENT_TIMESTAMP().
  const values = group.map((event) => event[column === "event_time" ? "time" : text(column)]);
  const numbers = values.filter((value) => typeof value === "number");
  return [`MAX(${text(column)})`, numbers.length === 0 ? null : Math.max(...numbers)];
}

const ok = (body: unknown, status = 200): Answer => ({ status, body });
const short = (traceId: string): string => traceId.replace(/^0{16}/, "");
const list = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(text) : []);
const defined = (event: Event): Event =>
  Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined));

function refuse(status: number, error: string): never {
  throw new Refusal(status, { status, error });
}

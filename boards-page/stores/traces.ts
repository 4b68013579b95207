import { compileTraceql } from "../../dashboards/compile/traceql.ts";
import type { TracesPanel } from "../../dashboards/model/board.ts";
import type { Match, Where } from "../../dashboards/model/expression.ts";
import type { Trace, TraceSpan } from "../model.ts";
import { array, getJson, record } from "./http.ts";

/** Where traces are asked for. */
export type TraceStore = { readonly kind: "jaeger" | "tempo"; readonly url: string };

const SHOWN = 20;

/** What is searched, and where people enter the system: Jaeger searches the traces of one service at a time. */
export interface TraceSearch {
  readonly scope: Where;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

/** Traces a panel lists, with all their spans. */
export async function tracesOf(store: TraceStore, panel: TracesPanel, search: TraceSearch): Promise<readonly Trace[]> {
  return store.kind === "jaeger" ? fromJaeger(store.url, panel, search) : fromTempo(store.url, panel, search);
}

function fromJaeger(url: string, panel: TracesPanel, { from, to }: TraceSearch): Promise<readonly Trace[]> {
  const { "service.name": service, ...others } = panel.where;
  return findTraces(url, {
    from,
    to,
    limit: SHOWN,
    failed: panel.pick === "failed",
    ...(service === undefined ? {} : { service: word(service) }),
    tags: Object.fromEntries(Object.entries(others).map(([key, match]) => [key, word(match)])),
    ...(typeof panel.pick === "object" ? { minSeconds: panel.pick.slowerThan } : {}),
  });
}

/** What a search in Jaeger may ask for. */
export interface JaegerSearch extends Pick<TraceSearch, "from" | "to"> {
  /** Default: every service. */
  readonly service?: string;
  readonly operation?: string;
  /** Attributes that one span must have. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly minSeconds?: number;
  readonly maxSeconds?: number;
  /** Only traces with a failed span. */
  readonly failed: boolean;
  readonly limit: number;
}

/** The newest traces that Jaeger finds. */
export async function findTraces(url: string, search: JaegerSearch): Promise<readonly Trace[]> {
  const { from, to, service, operation, minSeconds, maxSeconds, failed, limit } = search;
  // a span whose status is an error is stored with this tag
  const tags = { ...search.tags, ...(failed ? { error: "true" } : {}) };
  // it searches one service at a time, so a question about all of them is asked for each
  const services = service === undefined ? await jaegerServices(url) : [service];
  const ask = (one: string): Promise<unknown> =>
    getJson(url, "/api/traces", {
      service: one,
      start: `${from}000`,
      end: `${to}000`,
      limit: String(limit),
      ...(operation === undefined ? {} : { operation }),
      ...(Object.keys(tags).length === 0 ? {} : { tags: JSON.stringify(tags) }),
      ...(minSeconds === undefined ? {} : { minDuration: `${minSeconds * 1000}ms` }),
      ...(maxSeconds === undefined ? {} : { maxDuration: `${maxSeconds * 1000}ms` }),
    });
  const answers = await Promise.all(services.map(ask));
  const traces = answers.flatMap((answer) => array(record(answer).data).map(jaegerTrace));
  const found = new Map(traces.map((trace) => [trace.id, trace]));
  const begun = ({ spans }: Trace): number => Math.min(...spans.map(({ start }) => start));
  return [...found.values()]
    .filter(({ spans }) => !failed || spans.some((span) => span.failed))
    .sort((a, b) => begun(b) - begun(a))
    .slice(0, limit);
}

/** One trace by its id. @throws Error when Jaeger has none of it */
export async function traceById(url: string, id: string): Promise<Trace> {
  const [trace] = array(record(await getJson(url, `/api/traces/${encodeURIComponent(id)}`, {})).data);
  return jaegerTrace(trace);
}

/** Names of a service's operations, sorted. */
export async function jaegerOperations(url: string, service: string): Promise<readonly string[]> {
  const answer = await getJson(url, "/api/operations", { service });
  return [...new Set(array(record(answer).data).map((operation) => String(record(operation).name)))].sort();
}

export async function jaegerServices(url: string): Promise<readonly string[]> {
  return array(record(await getJson(url, "/api/services", {})).data).map(String);
}

function jaegerTrace(value: unknown): Trace {
  const trace = record(value);
  const processes = record(trace.processes);
  const spans = array(trace.spans).map((one): TraceSpan => {
    const span = record(one);
    const process = record(processes[String(span.processID)]);
    const attributes = jaegerTags(span.tags);
    const parent = array(span.references)
      .map(record)
      .find((reference) => reference.refType === "CHILD_OF");
    return {
      id: String(span.spanID),
      parent: parent === undefined ? undefined : String(parent.spanID),
      service: String(process.serviceName ?? ""),
      name: String(span.operationName),
      start: Number(span.startTime),
      duration: Number(span.duration),
      failed: attributes.error === "true",
      attributes,
      resource: jaegerTags(process.tags),
      events: array(span.logs).map((log) => {
        const { event, ...fields } = jaegerTags(record(log).fields);
        return { at: Number(record(log).timestamp), name: event ?? "event", attributes: fields };
      }),
    };
  });
  return { id: String(trace.traceID), spans };
}

function jaegerTags(tags: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    array(tags)
      .map(record)
      .map(({ key, value }) => [String(key), String(value)]),
  );
}

async function fromTempo(url: string, panel: TracesPanel, { scope, from, to }: TraceSearch): Promise<readonly Trace[]> {
  const found = await getJson(url, "/api/search", {
    q: compileTraceql(panel, scope),
    start: String(Math.floor(from / 1000)),
    end: String(Math.ceil(to / 1000)),
    limit: "20",
  });
  const ids = array(record(found).traces).map((trace) => String(record(trace).traceID));
  return Promise.all(ids.map(async (id) => ({ id, spans: otlpSpans(await getJson(url, `/api/traces/${id}`, {})) })));
}

function otlpSpans(answer: unknown): readonly TraceSpan[] {
  const resources = array(record(answer).batches ?? record(answer).resourceSpans);
  return resources.map(record).flatMap((resource) => {
    const attributes = otlpAttributes(record(resource.resource).attributes);
    return array(resource.scopeSpans)
      .flatMap((scope) => array(record(scope).spans))
      .map((span) => otlpSpan(record(span), attributes));
  });
}

function otlpAttributes(list: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    array(list)
      .map(record)
      .map(({ key, value }) => [String(key), String(Object.values(record(value))[0] ?? "")]),
  );
}

function otlpSpan(span: Readonly<Record<string, unknown>>, resource: Readonly<Record<string, string>>): TraceSpan {
  const start = Number(String(span.startTimeUnixNano).slice(0, -3));
  const end = Number(String(span.endTimeUnixNano).slice(0, -3));
  const parent = String(span.parentSpanId ?? "");
  const code = record(span.status).code;
  return {
    id: String(span.spanId),
    parent: parent === "" ? undefined : parent,
    service: resource["service.name"] ?? "",
    name: String(span.name),
    start,
    duration: end - start,
    failed: code === 2 || code === "STATUS_CODE_ERROR",
    attributes: otlpAttributes(span.attributes),
    resource,
    events: array(span.events)
      .map(record)
      .map((event) => ({
        at: Number(String(event.timeUnixNano).slice(0, -3)),
        name: String(event.name),
        attributes: otlpAttributes(event.attributes),
      })),
  };
}

function word(match: Match): string {
  if (typeof match === "string") return match;
  if ("not" in match) return match.not;
  if ("like" in match) return match.like;
  if ("unlike" in match) return match.unlike;
  if ("without" in match) return "";
  return match[0] ?? "";
}

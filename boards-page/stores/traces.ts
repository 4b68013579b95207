import { compileTraceql } from "../../dashboards/compile/traceql.ts";
import type { TracesPanel } from "../../dashboards/model/board.ts";
import type { Match, Where } from "../../dashboards/model/expression.ts";
import type { Trace, TraceSpan } from "../model.ts";
import { array, getJson, record } from "./http.ts";

/** Where traces are asked for. */
export type TraceStore = { readonly kind: "jaeger" | "tempo"; readonly url: string };

const SHOWN = 20;
const SIFTED = 500;

/** The question to Jaeger that is under way: its memory storage does not bear two at once (see verify/queriers/parts/jaeger-traces.ts). */
let underWay: Promise<unknown> = Promise.resolve();

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

async function fromJaeger(url: string, panel: TracesPanel, { from, to }: TraceSearch): Promise<readonly Trace[]> {
  const { "service.name": service, ...others } = panel.where;
  const tags: Record<string, string> = Object.fromEntries(
    Object.entries(others).map(([key, match]) => [key, word(match)]),
  );
  // Its memory storage knows a failed span by the status, which no tag finds: the newest are asked for, and sifted here.
  const failed = panel.pick === "failed";
  // it searches one service at a time, so a panel about all of them asks for each
  const services = service === undefined ? await jaegerServices(url) : [word(service)];
  const found = new Map<string, Trace>();
  for (const one of services) {
    const question = getJsonInTurn(url, "/api/traces", {
      service: one,
      start: `${from}000`,
      end: `${to}000`,
      limit: String(failed ? SIFTED : SHOWN),
      ...(Object.keys(tags).length === 0 ? {} : { tags: JSON.stringify(tags) }),
      ...(typeof panel.pick === "object" ? { minDuration: `${panel.pick.slowerThan * 1000}ms` } : {}),
    });
    for (const trace of array(record(await question).data).map(jaegerTrace)) found.set(trace.id, trace);
  }
  const begun = ({ spans }: Trace): number => Math.min(...spans.map(({ start }) => start));
  return [...found.values()]
    .filter(({ spans }) => !failed || spans.some((span) => span.failed))
    .sort((a, b) => begun(b) - begun(a))
    .slice(0, SHOWN);
}

async function jaegerServices(url: string): Promise<readonly string[]> {
  return array(record(await getJsonInTurn(url, "/api/services", {})).data).map(String);
}

function getJsonInTurn(...question: Parameters<typeof getJson>): Promise<unknown> {
  const answer = underWay.then(() => getJson(...question));
  underWay = answer.catch(() => undefined);
  return answer;
}

function jaegerTrace(value: unknown): Trace {
  const trace = record(value);
  const processes = record(trace.processes);
  const spans = array(trace.spans).map((one): TraceSpan => {
    const span = record(one);
    const parent = array(span.references)
      .map(record)
      .find((reference) => reference.refType === "CHILD_OF");
    return {
      id: String(span.spanID),
      parent: parent === undefined ? undefined : String(parent.spanID),
      service: String(record(processes[String(span.processID)]).serviceName ?? ""),
      name: String(span.operationName),
      start: Number(span.startTime),
      duration: Number(span.duration),
      failed: array(span.tags)
        .map(record)
        .some((tag) => tag.key === "error" && String(tag.value) === "true"),
    };
  });
  return { id: String(trace.traceID), spans };
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
    const attributes = array(record(resource.resource).attributes).map(record);
    const service = attributes.find((attribute) => attribute.key === "service.name");
    const name = String(record(service?.value).stringValue ?? "");
    return array(resource.scopeSpans)
      .flatMap((scope) => array(record(scope).spans))
      .map((span) => otlpSpan(record(span), name));
  });
}

function otlpSpan(span: Readonly<Record<string, unknown>>, service: string): TraceSpan {
  const start = Number(String(span.startTimeUnixNano).slice(0, -3));
  const end = Number(String(span.endTimeUnixNano).slice(0, -3));
  const parent = String(span.parentSpanId ?? "");
  const code = record(span.status).code;
  return {
    id: String(span.spanId),
    parent: parent === "" ? undefined : parent,
    service,
    name: String(span.name),
    start,
    duration: end - start,
    failed: code === 2 || code === "STATUS_CODE_ERROR",
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

import { z } from "zod";
import { getJson } from "../boards-page/stores/http.ts";
import { type LogStore, logLinesOf } from "../boards-page/stores/logs.ts";
import { linesOf, valuesOf } from "../boards-page/stores/vectors.ts";
import type { BackendQuery } from "../vendors/query.ts";
import type { StackOutputs } from "../verify/outputs.ts";
import { querierFor } from "../verify/queriers/index.ts";
import type { Querier, Span } from "../verify/query.ts";
import { type Tool, tool } from "./tool.ts";

const MOST_SERIES = 50;
const MOST_POINTS = 60;

const minutes = z.number().int().min(1).max(1440).default(15).describe("how far back to look");
const service = z.string().min(1).describe("name of a service, as tool stack lists it");

/** Questions to the stack's first backend that can be asked. */
export const queryTools: readonly Tool[] = [
  tool(
    "metrics",
    `Asks PromQL of the local backend (jaeger, lgtm): the value now, or with range each of at most ${MOST_POINTS} points; at most ${MOST_SERIES} series. Queries of the boards (tool board) can be used as they are.`,
    z.strictObject({
      query: z.string().min(1).max(4000).describe("PromQL"),
      range: z.boolean().default(false).describe("points over the time instead of the value now"),
      minutes,
    }),
    async ({ query, range, minutes: back }, { outputs }) => {
      const prometheus = prometheusOf((await outputs()).query);
      const to = Math.floor(Date.now() / 1000);
      const from = to - back * 60;
      const step = Math.max(15, Math.ceil((to - from) / MOST_POINTS));
      const limits = { query, timeout: "15s", limit: String(MOST_SERIES) };
      const named = (labels: Readonly<Record<string, string>>): string => labels.__name__ ?? "";
      if (!range) return valuesOf(await getJson(prometheus, "/api/v1/query", limits), named);
      const time = { start: String(from), end: String(to), step: String(step) };
      const lines = linesOf(await getJson(prometheus, "/api/v1/query_range", { ...limits, ...time }), named);
      return lines.slice(0, MOST_SERIES).map(({ labels, points }) => ({ labels, points }));
    },
  ),
  tool(
    "logs",
    "The newest log records of a service, of a severity or worse, with text and trace id on a local backend (jaeger, lgtm); on others their times and trace ids alone.",
    z.strictObject({
      service,
      severity: z.enum(["info", "warn", "error"]).default("info"),
      minutes,
      limit: z.number().int().min(1).max(200).default(50),
    }),
    async ({ service: name, severity, minutes: back, limit }, { outputs }) => {
      const { query, system } = await outputs();
      const store = logStoreOf(query);
      const from = Date.now() - back * 60_000;
      if (store === undefined) return (await first(query)).logs({ service: name, since: new Date(from), limit });
      const where = { "service.name": name };
      const scope = system.environment === undefined ? {} : { "deployment.environment.name": system.environment };
      const panel = { kind: "logs" as const, title: "", note: "", width: 24, where, severity };
      return logLinesOf(store, panel, { scope, from, to: Date.now(), stepSeconds: 15 }, limit);
    },
  ),
  tool(
    "traces",
    "The newest traces in which a service took part: id, root span, spans, begin, and whether a span failed. The spans of one: tool trace.",
    z.strictObject({ service, minutes, limit: z.number().int().min(1).max(50).default(20) }),
    async ({ service: name, minutes: back, limit }, { outputs }) => {
      const querier = await first((await outputs()).query);
      const since = new Date(Date.now() - back * 60_000);
      const spans = await querier.traces({ service: name, since, limit });
      return [...Map.groupBy(spans, ({ traceId }) => traceId)].map(([id, of]) => summary(id, of)).slice(0, limit);
    },
  ),
  tool(
    "trace",
    "All spans of one trace with their attributes, oldest first, and where a person looks at it.",
    z.strictObject({
      id: z
        .string()
        .regex(/^[0-9a-f]{32}$/, "32 lower-case hexadecimal digits")
        .describe("trace id"),
    }),
    async ({ id }, { outputs }) => {
      const querier = await first((await outputs()).query);
      const spans = await querier.trace(id);
      if (spans.length === 0) throw new Error(`${querier.name} has no trace ${id} of the last day.`);
      return { url: await querier.traceUrl(id), spans: byTime(spans) };
    },
  ),
];

const byTime = (spans: readonly Span[]): readonly Span[] =>
  spans.toSorted((a, b) => a.start.getTime() - b.start.getTime());

function summary(id: string, spans: readonly Span[]): object {
  const [begin] = byTime(spans);
  const root = spans.find(({ parentId }) => parentId === undefined) ?? begin;
  const failed = spans.some(
    ({ attributes }) => attributes.error === "true" || attributes["otel.status_code"] === "ERROR",
  );
  return { id, root: root && `${root.service}: ${root.name}`, spans: spans.length, begin: begin?.start, failed };
}

/** The first backend of the stack. @throws Error, one sentence, when none can be asked */
async function first(query: StackOutputs["query"]): Promise<Querier> {
  const [one] = query;
  if (one === undefined) throw new Error("This stack has no backend that can be asked.");
  return querierFor(one);
}

/** @throws Error, one sentence, when no backend of the stack is a Prometheus of ours */
function prometheusOf(query: readonly BackendQuery[]): string {
  const local = query.find((one) => one.kind === "jaeger" || one.kind === "lgtm");
  if (local !== undefined) return local.prometheus;
  const kinds = query.map(({ kind }) => kind).join(", ");
  throw new Error(`metrics: PromQL is asked of the backends jaeger and lgtm, and this stack sends to ${kinds}.`);
}

function logStoreOf(query: readonly BackendQuery[]): LogStore | undefined {
  for (const one of query) {
    if (one.kind === "jaeger") return { kind: "victorialogs", url: one.victorialogs };
    if (one.kind === "lgtm") return { kind: "loki", url: one.loki };
  }
  return undefined;
}

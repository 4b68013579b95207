import { found, missing, type Verdict } from "./check.ts";
import type { SpanIndex } from "./evidence.ts";
import type { Span } from "./query.ts";
import { databaseOf, isConnection, isHttpCall, isMessage } from "./spans.ts";
import type { ServiceFacts } from "./system.ts";

/** One part of a stack, and which span shows that a trace went through it. */
export interface Stage {
  readonly name: string;
  readonly passed: (span: Span, spans: SpanIndex) => boolean;
}

/** The parts that one request can go through, in their order; of several services that do the same one is enough. */
export function stagesOf(services: readonly ServiceFacts[]): readonly Stage[] {
  const named = (select: (service: ServiceFacts) => boolean) => services.filter(select).map(({ name }) => name);
  const [pages, frontends] = [named(({ browser }) => browser), named(({ work }) => work === "pages")];
  const [apis, bots] = [named(({ work }) => work === "requests"), named(({ work }) => work === "commands")];
  const entry = apis.length > 0 ? services.filter(({ work }) => work === "requests") : services;
  const calls = (store: string): boolean => entry.some((service) => service.calls.includes(store));
  const when = (is: boolean, name: string, passed: Stage["passed"]): readonly Stage[] => (is ? [{ name, passed }] : []);
  const answers = (of: readonly string[]) => (span: Span) => span.kind === "server" && of.includes(span.service);
  const asks = (database: string) => (span: Span) => databaseOf(span) === database && !isConnection(span);
  return [
    ...when(pages.length > 0, "browser", isBrowsers),
    ...when(frontends.length > 0, frontends.join(" or "), (span) => !isBrowsers(span) && answers(frontends)(span)),
    ...when(apis.length > 0, apis.join(" or "), answers(apis)),
    ...when(calls("PostgreSQL"), "PostgreSQL", asks("postgresql")),
    ...when(calls("Redis"), "Redis", asks("redis")),
    ...when(calls("RabbitMQ"), "RabbitMQ", (span, spans) => isMessage(span, "consumer") && isDelivered(span, spans)),
    ...when(bots.length > 0, bots.join(" or "), (span) => bots.includes(span.service)),
    ...when(bots.length > 0, "its platform", (span) => bots.includes(span.service) && isHttpCall(span)),
  ];
}

/** Sent by the script in a page, whatever it claims to be. */
export const isBrowsers = (span: Span): boolean => span.attributes["telemetry.source"] === "browser";

const isDelivered = (span: Span, spans: SpanIndex): boolean =>
  [...spans.ancestors(span), ...spans.linked(span)].some((above) => isMessage(above, "producer"));

/** Whether one trace goes through all of them. */
export function throughAll(stages: readonly Stage[], spans: SpanIndex): Verdict {
  let best: { readonly of: readonly Span[]; readonly lacks: readonly string[] } | undefined;
  for (const of of Map.groupBy(spans.all, ({ traceId }) => traceId).values()) {
    const lacks = stages.filter(({ passed }) => !of.some((span) => passed(span, spans))).map(({ name }) => name);
    if (best === undefined || lacks.length < best.lacks.length) best = { of, lacks };
  }
  if (best === undefined) return missing("no trace arrived");
  const { of, lacks } = best;
  if (lacks.length > 0)
    return missing(`the most complete trace, ${of[0]?.traceId ?? ""}, does not reach ${lacks.join(", ")}`);
  const [first] = of.toSorted((a, b) => a.start.getTime() - b.start.getTime());
  const way = stages.map(({ name }) => name).join(" -> ");
  return found(`${way}: ${of.length} spans`, first && { at: first.start, traceId: first.traceId });
}

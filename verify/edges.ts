/** EDGES: who calls whom, each proven by spans that belong together (parent and child, or a span link). */
import { type Check, found, missing, unprovable, type Verdict } from "./check.ts";
import type { Evidence, SpanIndex } from "./evidence.ts";
import type { Span } from "./query.ts";
import { databaseOf, holdsLiteral, isConnection, isHttpCall, isMessage, statementOf } from "./spans.ts";

export interface Edge {
  readonly from: string;
  readonly to: string;
  /** True: only where the nginx image has the OpenTelemetry module. */
  readonly whereAvailable?: boolean;
  /** Services whose traces show it. */
  readonly services: readonly string[];
  readonly judge: (spans: SpanIndex) => Verdict;
}

export const EDGES: readonly Edge[] = [
  { from: "frontend", to: "api", whereAvailable: true, services: ["frontend", "api"], judge: nginxCallsApi },
  { from: "api", to: "PostgreSQL", services: ["api"], judge: apiQueriesPostgres },
  { from: "api", to: "Redis", services: ["api"], judge: apiUsesRedis },
  messageEdge("api", "bot"),
  messageEdge("api", "notification"),
  messageEdge("api", "status"),
  messageEdge("notification", "bot"),
  messageEdge("status", "bot"),
  { from: "bot", to: "Discord", services: ["bot"], judge: botCallsDiscord },
  daemonEdge("notification"),
  daemonEdge("status"),
];

/**
 * One check per edge.
 *
 * @param nginxTraces whether the nginx image in use has the OpenTelemetry module, so that its edge is required
 */
export function edgeChecks(table: readonly Edge[], nginxTraces: boolean): Check[] {
  return table.map(
    ({ from, to, whereAvailable, services, judge }): Check => ({
      id: `edge/${from}/${to}`,
      group: "edge",
      label: `${from} -> ${to}`,
      required: whereAvailable !== true || nginxTraces,
      needs: { tracesOf: services },
      judge: ({ refusal, spans }: Evidence) => (refusal === undefined ? judge(spans) : unprovable(refusal)),
    }),
  );
}

function nginxCallsApi(spans: SpanIndex): Verdict {
  const child = spans.of("api").find((span) => span.kind === "server" && spans.parent(span)?.service === "frontend");
  return child === undefined ? missing("no request span of api has a parent in frontend") : proof(child, "child span");
}

function apiQueriesPostgres(spans: SpanIndex): Verdict {
  const queries = childCalls(spans, "api", "postgresql").filter((span) => statementOf(span) !== undefined);
  const leak = queries.find((span) => holdsLiteral(statementOf(span) ?? ""));
  if (leak !== undefined)
    return missing(`SQL text of span "${leak.name}" in trace ${leak.traceId} still holds a literal`);
  const query = queries[0];
  if (query !== undefined) return proof(query, "child span, SQL without literals");
  return missing("no PostgreSQL span with SQL text below a span of api");
}

function apiUsesRedis(spans: SpanIndex): Verdict {
  const call = childCalls(spans, "api", "redis")[0];
  return call === undefined ? missing("no Redis span below a span of api") : proof(call, "child span");
}

function childCalls(spans: SpanIndex, service: string, database: string): Span[] {
  return spans.of(service).filter((span) => databaseOf(span) === database && spans.parent(span)?.service === service);
}

/** A message published by `from` was consumed by `to` in the same trace, or by a span linked to the publishing one. */
function messageEdge(from: string, to: string): Edge {
  const isPublish = (span: Span): boolean => span.service === from && isMessage(span, "producer");
  return {
    from,
    to: `RabbitMQ -> ${to}`,
    services: [from, to],
    judge(spans) {
      if (!spans.of(from).some(isPublish)) return missing(`no span of ${from} publishes a message`);
      const consumers = spans.of(to).filter((span) => isMessage(span, "consumer"));
      const child = consumers.find((span) => spans.ancestors(span).some(isPublish));
      if (child !== undefined) return proof(child, "same trace");
      const linked = consumers.find((span) => spans.linked(span).some(isPublish));
      if (linked !== undefined) return proof(linked, "span link");
      return missing(`no consumer span of ${to} belongs to a message published by ${from}`);
    },
  };
}

function botCallsDiscord(spans: SpanIndex): Verdict {
  const calls = spans.of("bot").filter(isHttpCall);
  const delivery = calls.find((span) => spans.ancestors(span).some((above) => isMessage(above, "consumer")));
  if (delivery !== undefined) return proof(delivery, "below the consumed message");
  return missing(
    calls.length === 0 ? "no HTTP span of bot" : "HTTP spans of bot exist, but none below a consumed message",
  );
}

/**
 * Scheduled work of a daemon: the same root span again, at least most of a second later. Once is not enough, because start-up
 * leaves root spans too; neither are connections, which also come without a parent.
 */
function daemonEdge(service: string): Edge {
  return {
    from: service,
    to: "scheduled run",
    services: [service],
    judge(spans) {
      const roots = spans.of(service).filter((span) => span.parentId === undefined && !isConnection(span));
      if (roots.length === 0) return missing(`no root span of ${service} besides its connections`);
      const byName = Map.groupBy(roots, (span) => span.name);
      for (const [name, runs] of byName) {
        const times = runs.map((span) => span.start.getTime());
        const [first] = runs;
        if (first !== undefined && Math.max(...times) - Math.min(...times) >= 900) {
          return found(`${runs.length} root spans "${name}"`, { at: first.start, traceId: first.traceId });
        }
      }
      return missing(`no root span of ${service} comes again`);
    },
  };
}

function proof(span: Span, detail: string): Verdict {
  return found(`${detail} "${span.name}"`, { at: span.start, traceId: span.traceId });
}

/** Who calls whom, each proven by spans that belong together (parent and child, or a span link). */
import { type Check, found, missing, unprovable, type Verdict } from "./check.ts";
import type { Evidence, SpanIndex } from "./evidence.ts";
import type { Span } from "./query.ts";
import { databaseOf, holdsLiteral, isConnection, isHttpCall, isMessage, statementOf } from "./spans.ts";
import type { ServiceFacts } from "./system.ts";

export interface Edge {
  readonly from: string;
  readonly to: string;
  /** False: shown, but its absence is no failure. */
  readonly required: boolean;
  /** Services whose traces show it. */
  readonly services: readonly string[];
  readonly judge: (spans: SpanIndex) => Verdict;
}

/**
 * The edges that the configuration shows: a service that is given the login of a store uses it, and one that is given the address of another
 * service calls it.
 *
 * @param required whether they must be proven: only where it is known that there is traffic that shows them
 */
export function configuredEdges(
  services: readonly Pick<ServiceFacts, "name" | "calls">[],
  required: boolean,
): readonly Edge[] {
  const senders = new Map(services.map((service) => [service.name, service]));
  return services.flatMap(({ name, calls }) =>
    calls.flatMap((callee): readonly Edge[] => {
      const store = STORES[callee];
      if (store !== undefined) return [{ ...store(name), required }];
      const called = senders.get(callee);
      return called === undefined ? [] : [{ ...requestEdge(name, callee), required }];
    }),
  );
}

const STORES: Readonly<Record<string, (service: string) => Edge>> = {
  PostgreSQL: queryEdge,
  Redis: cacheEdge,
  RabbitMQ: brokerEdge,
};

/** One check per edge. */
export function edgeChecks(edges: readonly Edge[]): Check[] {
  return edges.map(
    ({ from, to, required, services, judge }): Check => ({
      id: `edge/${from}/${to}`,
      group: "edge",
      label: `${from} -> ${to}`,
      required,
      needs: { tracesOf: services },
      judge: ({ refusal, spans }: Evidence) => (refusal === undefined ? judge(spans) : unprovable(refusal)),
    }),
  );
}

/** A request that `to` answered below a span of `from`. */
export function requestEdge(from: string, to: string): Edge {
  return edge(from, to, [from, to], true, (spans) => {
    const child = spans.of(to).find((span) => span.kind === "server" && spans.parent(span)?.service === from);
    return child === undefined
      ? missing(`no request span of ${to} has a parent in ${from}`)
      : proof(child, "child span");
  });
}

/** Statements in PostgreSQL, none of which may hold a literal. */
function queryEdge(service: string): Edge {
  return edge(service, "PostgreSQL", [service], true, (spans) => {
    const queries = calls(spans, service, "postgresql").filter((span) => statementOf(span) !== undefined);
    const leak = queries.find((span) => holdsLiteral(statementOf(span) ?? ""));
    if (leak !== undefined)
      return missing(`SQL text of span "${leak.name}" in trace ${leak.traceId} still holds a literal`);
    const [query] = queries;
    if (query === undefined) return missing(`no PostgreSQL span with SQL text of ${service}`);
    return proof(query, `${isChild(spans, query) ? "child span" : "span"}, SQL without literals`);
  });
}

function cacheEdge(service: string): Edge {
  return edge(service, "Redis", [service], true, (spans) => {
    const call = calls(spans, service, "redis").find((span) => !isConnection(span));
    return call === undefined
      ? missing(`no Redis span of ${service} besides its connections`)
      : proof(call, isChild(spans, call) ? "child span" : "span");
  });
}

function brokerEdge(service: string): Edge {
  return edge(service, "RabbitMQ", [service], true, (spans) => {
    const message = spans.of(service).find((span) => isMessage(span, "producer") || isMessage(span, "consumer"));
    return message === undefined
      ? missing(`no span of ${service} publishes or consumes a message`)
      : proof(message, message.kind === "producer" ? "publishes" : "consumes");
  });
}

/** Calls of a database, those below another span of the service first. */
function calls(spans: SpanIndex, service: string, database: string): readonly Span[] {
  const all = spans.of(service).filter((span) => databaseOf(span) === database);
  return [...all.filter((span) => isChild(spans, span)), ...all.filter((span) => !isChild(spans, span))];
}

const isChild = (spans: SpanIndex, span: Span): boolean => spans.parent(span)?.service === span.service;

/** A message published by `from` was consumed by `to` in the same trace, or by a span linked to the publishing one. */
export function messageEdge(from: string, to: string): Edge {
  const isPublish = (span: Span): boolean => span.service === from && isMessage(span, "producer");
  return edge(from, `RabbitMQ -> ${to}`, [from, to], true, (spans) => {
    if (!spans.of(from).some(isPublish)) return missing(`no span of ${from} publishes a message`);
    const consumers = spans.of(to).filter((span) => isMessage(span, "consumer"));
    const child = consumers.find((span) => spans.ancestors(span).some(isPublish));
    if (child !== undefined) return proof(child, "same trace");
    const linked = consumers.find((span) => spans.linked(span).some(isPublish));
    if (linked !== undefined) return proof(linked, "span link");
    return missing(`no consumer span of ${to} belongs to a message published by ${from}`);
  });
}

/** An HTTP call to something without telemetry of its own, made while a consumed message was handled. */
export function outboundEdge(from: string, to: string): Edge {
  return edge(from, to, [from], true, (spans) => {
    const calls = spans.of(from).filter(isHttpCall);
    const delivery = calls.find((span) => spans.ancestors(span).some((above) => isMessage(above, "consumer")));
    if (delivery !== undefined) return proof(delivery, "below the consumed message");
    return missing(
      calls.length === 0 ? `no HTTP span of ${from}` : `HTTP spans of ${from} exist, but none below a consumed message`,
    );
  });
}

/**
 * Scheduled work of a daemon: the same root span again, at least most of a second later. Once is not enough, because start-up
 * leaves root spans too; neither are connections, which also come without a parent.
 */
export function scheduleEdge(service: string): Edge {
  return edge(service, "scheduled run", [service], true, (spans) => {
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
    return missing(`no root span of ${service} is repeated`);
  });
}

/** A command that a bot carried out: its own span, with what the command did below it. */
export function commandEdge(service: string): Edge {
  return edge(service, "command", [service], true, (spans) => {
    const commands = spans.of(service).filter((span) => span.attributes["discord.command.name"] !== undefined);
    const busy = commands.find((span) => spans.of(service).some((other) => spans.ancestors(other).includes(span)));
    if (busy !== undefined) return proof(busy, "its work is below");
    return missing(
      commands.length === 0
        ? `no span of a command of ${service}`
        : `spans of commands of ${service} have nothing below`,
    );
  });
}

/** A function of the application that `services[].traced` names. */
export function functionEdge(service: string, name: string): Edge {
  return edge(service, `${name}()`, [service], true, (spans) => {
    const call = spans.of(service).find((span) => span.attributes["code.function.name"]?.endsWith(`.${name}`));
    if (call === undefined) return missing(`no span of the function ${name} of ${service}`);
    return proof(call, spans.parent(call) === undefined ? "root span" : "child span");
  });
}

function edge(
  from: string,
  to: string,
  services: readonly string[],
  required: boolean,
  judge: (spans: SpanIndex) => Verdict,
): Edge {
  return { from, to, required, services, judge };
}

function proof(span: Span, detail: string): Verdict {
  return found(`${detail} "${span.name}"`, { at: span.start, traceId: span.traceId });
}

/** How each criterion of complete telemetry is judged, from the spans and log records of a stack. Pure. */
import { found, missing, unprovable, type Verdict } from "./check.ts";
import type { Evidence, SpanIndex } from "./evidence.ts";
import type { Span } from "./query.ts";
import { databaseOf, holdsLiteral, isConnection, isMessage, statementOf } from "./spans.ts";

const proof = (span: Span, detail: string): Verdict => found(detail, { at: span.start, traceId: span.traceId });

/** The first of the services for which it is missing, else all proofs together. */
export function eachOf(services: readonly string[], judge: (name: string) => Verdict): Verdict {
  const verdicts = services.map(judge);
  const absent = verdicts.find((verdict) => !verdict.found);
  if (absent !== undefined) return absent;
  const proofs = verdicts.flatMap((verdict) => (verdict.found ? [verdict] : []));
  return { ...(proofs[0] ?? { found: true }), detail: proofs.map(({ detail }) => detail).join("; ") };
}

/** The longest way from where a request enters to a store. */
export function requestToStore(apis: readonly string[], spans: SpanIndex): Verdict {
  const ways = apis
    .flatMap((name) => spans.of(name))
    .filter((span) => databaseOf(span) !== undefined && !isConnection(span))
    .map((span) => [span, ...spans.ancestors(span)])
    .filter((way) => way.some((span) => span.kind === "server" && apis.includes(span.service)))
    .toSorted((a, b) => b.length - a.length);
  const [way] = ways;
  const [span] = way ?? [];
  if (way === undefined || span === undefined)
    return missing(`no call of a store below a request of ${apis.join(", ")}`);
  return proof(
    span,
    way
      .toReversed()
      .map(({ service, name }) => `${service} ${name}`)
      .join(" -> "),
  );
}

/** SQL below another span of its service, and none with a value in its text. */
export function sqlStatements(spans: SpanIndex): Verdict {
  const statements = spans.all.filter((span) => databaseOf(span) === "postgresql" && statementOf(span) !== undefined);
  const leak = statements.find((span) => holdsLiteral(statementOf(span) ?? ""));
  if (leak !== undefined)
    return missing(`the SQL text of span "${leak.name}" in trace ${leak.traceId} holds a literal`);
  return childOf(spans, (span) => statements.includes(span), "SQL statement");
}

/** @param what the spans are, in the sentence where none is below another one */
export function childOf(spans: SpanIndex, is: (span: Span) => boolean, what: string): Verdict {
  const children = spans.all.filter((span) => is(span) && spans.parent(span)?.service === span.service);
  const [first] = children;
  if (first === undefined) return missing(`no ${what} is below another span of its service`);
  const services = [...new Set(children.map(({ service }) => service))].join(", ");
  return proof(first, `${children.length} of ${services}`);
}

/** A consumer's span that is linked to its producer's, or below it. */
export function messages(spans: SpanIndex): Verdict {
  const isPublish = (span: Span): boolean => isMessage(span, "producer");
  const consumed = spans.all.filter((span) => isMessage(span, "consumer"));
  const linked = consumed.filter((span) => spans.linked(span).some(isPublish));
  const below = consumed.filter((span) => spans.ancestors(span).some(isPublish));
  const [first] = [...linked, ...below];
  if (first === undefined) return missing("no consumer's span belongs to a producer's");
  return proof(first, `${linked.length} by a link, ${below.length} in the producer's trace`);
}

/** A command of a bot. */
export const isCommand = (span: Span): boolean => span.attributes["discord.command.name"] !== undefined;

/** A command with its guild, channel or user, and work below it. */
export function commands(spans: SpanIndex): Verdict {
  const CONTEXT = ["discord.guild.id", "discord.channel.id", "discord.user.id"];
  const all = spans.all.filter(isCommand);
  const known = all.find(
    (span) =>
      CONTEXT.some((name) => span.attributes[name] !== undefined) &&
      spans.of(span.service).some((other) => spans.ancestors(other).includes(span)),
  );
  if (known !== undefined) {
    const context = CONTEXT.filter((name) => known.attributes[name] !== undefined).map((name) => name.split(".")[1]);
    return proof(known, `"${known.name}" with its ${context.join(", ")} and its work below`);
  }
  return missing(
    all.length === 0 ? "no span of a command" : "no command has its guild, channel or user, and its work below",
  );
}

/** Work that nobody called: it begins a trace, and is no connection being opened. */
export const isRun = (span: Span): boolean =>
  span.parentId === undefined && span.kind !== "server" && span.kind !== "consumer" && !isConnection(span);

/** A run of a schedule with work below; the one that says what it is, where there is one. */
export function run(name: string, spans: SpanIndex): Verdict {
  const runs = spans.of(name).filter(isRun);
  const work = (of: Span): number => spans.all.filter((span) => spans.ancestors(span).includes(of)).length;
  // where a function is traced its name is the run's context
  const context = ({ attributes }: Span): number => (attributes["code.function.name"] === undefined ? 0 : 1);
  const [best] = runs
    .map((span) => ({ span, below: work(span) }))
    .toSorted((a, b) => context(b.span) - context(a.span) || b.below - a.below);
  if (best === undefined) return missing(`no root span of ${name}`);
  if (best.below === 0) return missing(`root spans of ${name} have nothing below`);
  return proof(best.span, `${name}: "${best.span.name}" with ${best.below} spans below`);
}

/** Spans of functions of the service itself. */
export function ownFunction(name: string, spans: SpanIndex): Verdict {
  const calls = spans.of(name).filter((span) => span.attributes["code.function.name"] !== undefined);
  const functions = [...new Set(calls.map((span) => span.name))];
  const [first] = calls;
  return first === undefined ? missing(`no function of ${name}`) : proof(first, `${name}: ${functions.join(", ")}`);
}

/** For every one of the services, a log record in a trace with such a span of its own. */
export function logsWithin(
  { spans, logs, refusal }: Evidence,
  services: readonly string[],
  shows: (span: Span, spans: SpanIndex) => boolean,
): Verdict {
  if (refusal !== undefined) return unprovable(refusal);
  const proofs = services.map((service) => {
    const traces = new Set(
      spans
        .of(service)
        .filter((span) => shows(span, spans))
        .map(({ traceId }) => traceId),
    );
    return { service, record: logs.get(service)?.find(({ traceId }) => traceId !== undefined && traces.has(traceId)) };
  });
  const absent = proofs.filter(({ record }) => record === undefined).map(({ service }) => service);
  if (absent.length > 0) return missing(`no record of ${absent.join(", ")} belongs to one`);
  const record = proofs[0]?.record;
  return found(services.join(", "), record?.traceId === undefined ? {} : { at: record.at, traceId: record.traceId });
}

/** Of every service that sends spans. */
export function inEnvironment(environment: string, services: readonly string[], spans: SpanIndex): Verdict {
  const KEY = "deployment.environment.name";
  const silent = services.filter((name) => spans.of(name).length === 0);
  if (silent.length > 0) return missing(`no span of ${silent.join(", ")}`);
  const other = spans.all.find((span) => span.attributes[KEY] !== environment);
  if (other === undefined) return found(`${environment}, of ${services.join(", ")}`);
  return missing(`a span of ${other.service} says ${other.attributes[KEY] ?? "nothing"} instead of ${environment}`);
}

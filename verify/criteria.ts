/** What complete telemetry of an application is, one row each; a row of a part that a stack has not is not in this stack. */
import { type Check, found, inapplicable, missing, type Needs, unprovable, type Verdict } from "./check.ts";
import { isBrowsers, stagesOf, throughAll } from "./complete-trace.ts";
import type { Evidence, SpanIndex } from "./evidence.ts";
import { infrastructureOf } from "./infrastructure.ts";
import type { Span } from "./query.ts";
import { databaseOf, holdsLiteral, isConnection, isMessage, statementOf } from "./spans.ts";
import type { ServiceFacts, System, Work } from "./system.ts";

interface Criterion {
  readonly id: string;
  readonly label: string;
  /** Why the stack has no part for it; undefined: it has. */
  readonly without?: string | undefined;
  readonly needs: Needs;
  readonly judge: (evidence: Evidence) => Verdict;
}

/** Rates, errors and durations that the collector counts, before it samples. */
const COUNTED = ["traces.span.metrics.calls", "traces.span.metrics.duration"];

/**
 * One check per criterion.
 * @param required whether those that the stack has parts for must be proven: only where it is known that there is traffic that shows them
 */
export function criteriaChecks({ services, sources, environment }: System, required: boolean): Check[] {
  const all = services.map(({ name }) => name);
  const doing = (work: Work) => services.filter((service) => service.work === work);
  const [apis, bots, daemons] = [
    doing("requests"),
    doing("commands").filter(({ injected }) => injected),
    doing("schedule"),
  ];
  const users = (store: string) => services.filter(({ calls }) => calls.includes(store));
  const [sql, redis, broker] = [users("PostgreSQL"), users("Redis"), users("RabbitMQ")];
  const traced = services.filter((service) => service.traced);
  const nginx = services.filter(({ kind }) => kind === "nginx");
  const sdks = services.filter(({ kind }) => kind !== "nginx" && kind !== "other");
  // records of another language's SDK are those of its container, whose lines need not name their trace
  const recording = (of: readonly ServiceFacts[]) => of.filter(({ kind }) => kind !== "other");
  const stages = stagesOf(services);
  const ofTraces = (
    id: string,
    label: string,
    without: string | undefined,
    judge: (spans: SpanIndex) => Verdict,
  ): Criterion => ({
    id,
    label,
    without,
    needs: { tracesOf: all },
    judge: ({ spans, refusal }) => (refusal === undefined ? judge(spans) : unprovable(refusal)),
  });
  const ofLogs = (
    id: string,
    of: string,
    services: readonly ServiceFacts[],
    without: string,
    shows: (span: Span, spans: SpanIndex) => boolean,
  ): Criterion => ({
    id: `logs-${id}`,
    label: `Log records of ${of} carry the trace id`,
    without: none(services, without),
    needs: { tracesOf: names(services), logsOf: names(services) },
    judge: (evidence) => logsWithin(evidence, names(services), shows),
  });
  const criteria: readonly Criterion[] = [
    ofTraces(
      "complete-trace",
      "One trace goes through all parts",
      none(stages.slice(1), "fewer than two parts"),
      (spans) => throughAll(stages, spans),
    ),
    ofTraces(
      "request",
      "A request is one trace from ingress to database",
      none(apis, "no service that answers requests"),
      (spans) => requestToStore(names(apis), spans),
    ),
    ofTraces(
      "sql",
      "SQL statements are child spans, without values",
      none(sql, "nothing uses PostgreSQL"),
      sqlStatements,
    ),
    ofTraces("redis", "Redis commands are child spans", none(redis, "nothing uses Redis"), (spans) =>
      childOf(spans, (span) => databaseOf(span) === "redis" && !isConnection(span), "Redis command"),
    ),
    ofTraces(
      "messages",
      "Publishing and consuming a message are linked",
      none(broker.slice(1), "fewer than two services use RabbitMQ"),
      messages,
    ),
    ofTraces(
      "commands",
      "Commands of a bot are spans with their context",
      none(bots, "no bot in discord.py"),
      commands,
    ),
    ofTraces("runs", "Scheduled runs begin traces, with their work and context", none(daemons, "no daemon"), (spans) =>
      eachOf(daemons, (name) => run(name, spans)),
    ),
    ofTraces("functions", "The application's own functions are spans", none(traced, "none is traced"), (spans) =>
      eachOf(traced, (name) => ownFunction(name, spans)),
    ),
    ofLogs(
      "requests",
      "requests",
      recording(apis),
      "no service that answers requests",
      (span) => span.kind === "server",
    ),
    ofLogs("commands", "commands", bots, "no bot in discord.py", isCommand),
    ofLogs("runs", "scheduled runs", recording(daemons), "no daemon", isRun),
    ofLogs("access", "access", nginx, "no nginx", (span) => span.kind === "server" && !isBrowsers(span)),
    {
      id: "metrics",
      label: "Every service reports metrics",
      without: none(sdks, "no service with an SDK"),
      needs: { metricsOf: names(sdks) },
      judge: ({ serviceMetrics, refusal }) => {
        if (refusal !== undefined) return unprovable(refusal);
        const silent = names(sdks).filter((name) => (serviceMetrics.get(name) ?? []).length === 0);
        return silent.length === 0 ? found(names(sdks).join(", ")) : missing(`none of ${silent.join(", ")}`);
      },
    },
    {
      id: "infrastructure",
      label: "Stores and machine are measured",
      without: none(sources, "nothing is measured"),
      needs: { metricNames: infrastructureOf(sources).flatMap(({ metrics }) => metrics) },
      judge: ({ presentMetrics }) => {
        const measured = infrastructureOf(sources);
        const absent = measured.filter(({ metrics }) => metrics.some((name) => !presentMetrics.has(name)));
        const said = (of: typeof measured) => of.map(({ source }) => source).join(", ");
        return absent.length === 0 ? found(said(measured)) : missing(`not all of ${said(absent)}`);
      },
    },
    {
      id: "rates",
      label: "Rates, errors and durations of all spans are counted",
      without: none(services, "no service"),
      needs: { metricNames: COUNTED },
      judge: ({ presentMetrics }) => {
        const absent = COUNTED.filter((name) => !presentMetrics.has(name));
        return absent.length === 0 ? found("before any sampling") : missing(`no data point of ${absent.join(", ")}`);
      },
    },
    ofTraces(
      "environment",
      "Spans say their environment",
      environment === undefined ? "none is known" : undefined,
      (spans) => inEnvironment(environment ?? "", all, spans),
    ),
  ];
  return criteria.map(
    ({ id, label, without, needs, judge }): Check => ({
      id: `criterion/${id}`,
      group: "criterion",
      label,
      required: required && without === undefined,
      needs: without === undefined ? needs : {},
      judge: without === undefined ? judge : () => inapplicable(without),
    }),
  );
}

const names = (services: readonly ServiceFacts[]): readonly string[] => services.map(({ name }) => name);

const none = (of: readonly unknown[], why: string): string | undefined => (of.length === 0 ? why : undefined);

const proof = (span: Span, detail: string): Verdict => found(detail, { at: span.start, traceId: span.traceId });

/** The first that is missing, else all proofs together. */
function eachOf(services: readonly ServiceFacts[], judge: (name: string) => Verdict): Verdict {
  const verdicts = names(services).map(judge);
  const absent = verdicts.find((verdict) => !verdict.found);
  if (absent !== undefined) return absent;
  const proofs = verdicts.flatMap((verdict) => (verdict.found ? [verdict] : []));
  return { ...(proofs[0] ?? { found: true }), detail: proofs.map(({ detail }) => detail).join("; ") };
}

/** The longest way from where a request enters to a store. */
function requestToStore(apis: readonly string[], spans: SpanIndex): Verdict {
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

function sqlStatements(spans: SpanIndex): Verdict {
  const statements = spans.all.filter((span) => databaseOf(span) === "postgresql" && statementOf(span) !== undefined);
  const leak = statements.find((span) => holdsLiteral(statementOf(span) ?? ""));
  if (leak !== undefined)
    return missing(`the SQL text of span "${leak.name}" in trace ${leak.traceId} holds a literal`);
  return childOf(spans, (span) => statements.includes(span), "SQL statement");
}

function childOf(spans: SpanIndex, is: (span: Span) => boolean, what: string): Verdict {
  const children = spans.all.filter((span) => is(span) && spans.parent(span)?.service === span.service);
  const [first] = children;
  if (first === undefined) return missing(`no ${what} is below another span of its service`);
  const services = [...new Set(children.map(({ service }) => service))].join(", ");
  return proof(first, `${children.length} of ${services}`);
}

function messages(spans: SpanIndex): Verdict {
  const isPublish = (span: Span): boolean => isMessage(span, "producer");
  const consumed = spans.all.filter((span) => isMessage(span, "consumer"));
  const linked = consumed.filter((span) => spans.linked(span).some(isPublish));
  const below = consumed.filter((span) => spans.ancestors(span).some(isPublish));
  const [first] = [...linked, ...below];
  if (first === undefined) return missing("no consumer's span belongs to a producer's");
  return proof(first, `${linked.length} by a link, ${below.length} in the producer's trace`);
}

const isCommand = (span: Span): boolean => span.attributes["discord.command.name"] !== undefined;

function commands(spans: SpanIndex): Verdict {
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
const isRun = (span: Span): boolean =>
  span.parentId === undefined && span.kind !== "server" && span.kind !== "consumer" && !isConnection(span);

function run(name: string, spans: SpanIndex): Verdict {
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

function ownFunction(name: string, spans: SpanIndex): Verdict {
  const calls = spans.of(name).filter((span) => span.attributes["code.function.name"] !== undefined);
  const functions = [...new Set(calls.map((span) => span.name))];
  const [first] = calls;
  return first === undefined ? missing(`no function of ${name}`) : proof(first, `${name}: ${functions.join(", ")}`);
}

/** For every one of the services, a log record in a trace with such a span of its own. */
function logsWithin(
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
function inEnvironment(environment: string, services: readonly string[], spans: SpanIndex): Verdict {
  const KEY = "deployment.environment.name";
  const silent = services.filter((name) => spans.of(name).length === 0);
  if (silent.length > 0) return missing(`no span of ${silent.join(", ")}`);
  const other = spans.all.find((span) => span.attributes[KEY] !== environment);
  if (other === undefined) return found(`${environment}, of ${services.join(", ")}`);
  return missing(`a span of ${other.service} says ${other.attributes[KEY] ?? "nothing"} instead of ${environment}`);
}

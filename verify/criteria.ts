/** What complete telemetry of an application is, one row each; a row of a part that a stack has not is not in this stack. */
import { type Check, found, inapplicable, missing, type Needs, unprovable, type Verdict } from "./check.ts";
import { isBrowsers, stagesOf, throughAll } from "./complete-trace.ts";
import {
  childOf,
  commands,
  eachOf,
  inEnvironment,
  isCommand,
  isRun,
  logsWithin,
  messages,
  ownFunction,
  requestToStore,
  run,
  sqlStatements,
} from "./criterion-judges.ts";
import type { Evidence, SpanIndex } from "./evidence.ts";
import { infrastructureOf } from "./infrastructure.ts";
import type { Span } from "./query.ts";
import { databaseOf, isConnection } from "./spans.ts";
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
export function criteriaChecks(system: System, required: boolean): Check[] {
  const criteria = [...ofTraces(system), ...ofLogs(system), ...ofMetrics(system), ofEnvironment(system)];
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

/** Why there is no part, where there is none. */
const none = (of: readonly unknown[], why: string): string | undefined => (of.length === 0 ? why : undefined);

const doing = (services: readonly ServiceFacts[], work: Work): readonly ServiceFacts[] =>
  services.filter((service) => service.work === work);

/** Bots whose commands our instrumentation of discord.py makes spans of. */
const botsOf = (services: readonly ServiceFacts[]): readonly ServiceFacts[] =>
  doing(services, "commands").filter(({ injected }) => injected);

/** A criterion about spans; a plan that refuses to hand them out proves nothing. */
const spanCriterion = (
  services: readonly ServiceFacts[],
  id: string,
  label: string,
  without: string | undefined,
  judge: (spans: SpanIndex) => Verdict,
): Criterion => ({
  id,
  label,
  without,
  needs: { tracesOf: names(services) },
  judge: ({ spans, refusal }) => (refusal === undefined ? judge(spans) : unprovable(refusal)),
});

function ofTraces({ services }: System): readonly Criterion[] {
  const users = (store: string) => services.filter(({ calls }) => calls.includes(store));
  const [apis, bots, daemons] = [doing(services, "requests"), botsOf(services), doing(services, "schedule")];
  const traced = services.filter((service) => service.traced);
  const stages = stagesOf(services);
  const criterion = (id: string, label: string, without: string | undefined, judge: (spans: SpanIndex) => Verdict) =>
    spanCriterion(services, id, label, without, judge);
  return [
    criterion(
      "complete-trace",
      "One trace goes through all parts",
      none(stages.slice(1), "fewer than two parts"),
      (spans) => throughAll(stages, spans),
    ),
    criterion(
      "request",
      "A request is one trace from ingress to database",
      none(apis, "no service that answers requests"),
      (spans) => requestToStore(names(apis), spans),
    ),
    criterion(
      "sql",
      "SQL statements are child spans, without values",
      none(users("PostgreSQL"), "nothing uses PostgreSQL"),
      sqlStatements,
    ),
    criterion("redis", "Redis commands are child spans", none(users("Redis"), "nothing uses Redis"), (spans) =>
      childOf(spans, (span) => databaseOf(span) === "redis" && !isConnection(span), "Redis command"),
    ),
    criterion(
      "messages",
      "Publishing and consuming a message are linked",
      none(users("RabbitMQ").slice(1), "fewer than two services use RabbitMQ"),
      messages,
    ),
    criterion(
      "commands",
      "Commands of a bot are spans with their context",
      none(bots, "no bot in discord.py"),
      commands,
    ),
    criterion("runs", "Scheduled runs begin traces, with their work and context", none(daemons, "no daemon"), (spans) =>
      eachOf(names(daemons), (name) => run(name, spans)),
    ),
    criterion("functions", "The application's own functions are spans", none(traced, "none is traced"), (spans) =>
      eachOf(names(traced), (name) => ownFunction(name, spans)),
    ),
  ];
}

function ofLogs({ services }: System): readonly Criterion[] {
  const criterion = (
    id: string,
    of: string,
    whose: readonly ServiceFacts[],
    without: string,
    shows: (span: Span, spans: SpanIndex) => boolean,
  ): Criterion => ({
    id: `logs-${id}`,
    label: `Log records of ${of} carry the trace id`,
    without: none(whose, without),
    needs: { tracesOf: names(whose), logsOf: names(whose) },
    judge: (evidence) => logsWithin(evidence, names(whose), shows),
  });
  // records of another language's SDK are those of its container, whose lines need not name their trace
  const recording = (work: Work) => doing(services, work).filter(({ kind }) => kind !== "other");
  const nginx = services.filter(({ kind }) => kind === "nginx");
  const isServer = ({ kind }: Span): boolean => kind === "server";
  return [
    criterion("requests", "requests", recording("requests"), "no service that answers requests", isServer),
    criterion("commands", "commands", botsOf(services), "no bot in discord.py", isCommand),
    criterion("runs", "scheduled runs", recording("schedule"), "no daemon", isRun),
    criterion("access", "access", nginx, "no nginx", (span) => isServer(span) && !isBrowsers(span)),
  ];
}

function ofMetrics({ services, sources }: System): readonly Criterion[] {
  const sdks = names(services.filter(({ kind }) => kind !== "nginx" && kind !== "other"));
  const measured = infrastructureOf(sources);
  return [
    {
      id: "metrics",
      label: "Every service reports metrics",
      without: none(sdks, "no service with an SDK"),
      needs: { metricsOf: sdks },
      judge: ({ serviceMetrics, refusal }) => {
        if (refusal !== undefined) return unprovable(refusal);
        const silent = sdks.filter((name) => (serviceMetrics.get(name) ?? []).length === 0);
        return silent.length === 0 ? found(sdks.join(", ")) : missing(`none of ${silent.join(", ")}`);
      },
    },
    {
      id: "infrastructure",
      label: "Stores and machine are measured",
      without: none(sources, "nothing is measured"),
      needs: { metricNames: measured.flatMap(({ metrics }) => metrics) },
      judge: ({ presentMetrics }) => {
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
  ];
}

const ofEnvironment = ({ services, environment }: System): Criterion =>
  spanCriterion(
    services,
    "environment",
    "Spans say their environment",
    environment === undefined ? "none is known" : undefined,
    (spans) => inEnvironment(environment ?? "", names(services), spans),
  );

import { setTimeout as sleep } from "node:timers/promises";
import type { BackendQuery } from "../vendors/query.ts";
import type { Check, Verdict } from "./check.ts";
import { criteriaChecks } from "./criteria.ts";
import { configuredEdges, type Edge, edgeChecks } from "./edges.ts";
import { gatherer } from "./gather.ts";
import { infrastructureChecks } from "./infrastructure.ts";
import { querierFor } from "./queriers/index.ts";
import type { Querier } from "./query.ts";
import type { BackendReport, Result, VerifyReport } from "./report-types.ts";
import { containerLogChecks, type SignalContext, signalChecks } from "./signals.ts";
import type { System } from "./system.ts";

export interface VerifyOptions extends SignalContext {
  /** The backends to ask, as the stack output `query` lists them. All must be complete. */
  readonly query: readonly BackendQuery[];
  /** Only data from after this instant counts. */
  readonly since: Date;
  /** How long to wait for what is missing. */
  readonly timeoutSeconds: number;
  /** What is deployed: every service, source and configured call of it is asked for. */
  readonly system: System;
  /** What is known of the traffic; default: nothing, and then no edge is required. */
  readonly traffic?: Traffic;
  /** What an earlier proof of the very same containers showed: it is not waited for again, and reported with the time of that proof. */
  readonly earlier?: VerifyReport;
  /** Seconds before `since` from which metrics count too: what is sent at an interval was sent just before. Default: 0. */
  readonly metricsBackSeconds?: number;
  /** Called whenever something is proven for the first time. */
  readonly onFound?: (backend: string, result: Result) => void;
  /** Default: what the backend bears, mostly one second. */
  readonly pollSeconds?: number;
  /** Ends the wait early: `runVerify` then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What a drive file says of who calls whom. */
export interface Traffic {
  readonly edges: readonly Edge[];
  /** Configured edges that need not be proven, such as `worker -> Redis`. */
  readonly idle?: readonly string[];
}

/** How long what a service may have no occasion to send is waited for: two of the intervals in which metrics are sent. */
const IDLE_SECONDS = 30;

/** Asks every backend until all is proven or the time is up. Never throws for a backend that is away: it reports it. */
export async function runVerify(options: VerifyOptions): Promise<VerifyReport> {
  const begun = Date.now();
  const checks = checksFor(options);
  const backends = await Promise.all(
    options.query.map((query) => verifyBackend(querierFor(query), checks, options, begun)),
  );
  return {
    since: options.since.toISOString(),
    seconds: secondsBetween(begun, Date.now()),
    complete: backends.length > 0 && backends.every((backend) => backend.complete),
    backends,
  };
}

/** One check per service and signal, per edge, per source that the collector measures, and per criterion of complete telemetry. */
export function checksFor({
  system,
  traffic,
  ...context
}: Pick<VerifyOptions, "system" | "traffic" | keyof SignalContext>): Check[] {
  const idle = traffic?.idle ?? [];
  const known = traffic?.edges ?? [];
  // A listed message edge shows more than that a service talks to the broker at all.
  const messages = new Set(known.filter(({ to }) => to.startsWith("RabbitMQ -> ")).flatMap(({ services }) => services));
  const configured = configuredEdges(system.services, traffic !== undefined)
    .filter(({ from, to }) => !(to === "RabbitMQ" && messages.has(from)))
    .map((edge) => (idle.includes(`${edge.from} -> ${edge.to}`) ? { ...edge, required: false } : edge));
  const used = (service: System["services"][number]) => ({
    ...service,
    calls: service.calls.filter((callee) => !idle.includes(`${service.name} -> ${callee}`)),
  });
  return [
    ...signalChecks(system.services, traffic !== undefined, context),
    ...containerLogChecks(system.containerLogs ?? []),
    ...edgeChecks([...configured, ...known]),
    ...infrastructureChecks(system.sources),
    ...criteriaChecks({ ...system, services: system.services.map(used) }, traffic !== undefined),
  ];
}

/** One backend, asked until complete or out of time. */
async function verifyBackend(
  querier: Querier,
  checks: readonly Check[],
  options: VerifyOptions,
  begun: number,
): Promise<BackendReport> {
  const metricsSince = new Date(options.since.getTime() - (options.metricsBackSeconds ?? 0) * 1000);
  const gather = gatherer(querier, options.since, metricsSince);
  const earlier = earlierResults(querier.name, options.earlier);
  const logsArrive = () => [...results.values()].some(({ id, found }) => found && id.endsWith("/logs"));
  const holds = ({ id, group }: Pick<Check, "id" | "group">) =>
    earlier.has(id) && (isShownByTraffic(group) || logsArrive());
  // what arrived long before the question was waited for by nobody
  const waitedFrom = new Date(Math.max(begun, options.since.getTime()));
  const deadline = begun + options.timeoutSeconds * 1000;
  const pollMs = (options.pollSeconds ?? querier.pollSeconds ?? 1) * 1000;
  const results = new Map<string, Result>();
  const isOpen = (check: Check): boolean => {
    const result = results.get(check.id);
    return result === undefined || !(result.found || result.unprovable || result.inapplicable);
  };
  const isAwaited = (check: Check): boolean =>
    check.required && isOpen(check) && !holds(check) && !(isIdle(check) && Date.now() - begun > IDLE_SECONDS * 1000);
  const isIdle = ({ id }: Check): boolean => results.get(id)?.idle === true;
  for (;;) {
    options.signal?.throwIfAborted();
    const open = checks.filter(isOpen);
    // The last look waits for slow answers, each of which has its own deadline.
    const last = Date.now() + pollMs >= deadline;
    const { evidence, troubles } = await gather.round(open, last ? undefined : pollMs);
    for (const check of open) {
      const result = await resultOf(check, check.judge(evidence), querier, waitedFrom);
      results.set(check.id, result);
      if (result.found) options.onFound?.(querier.name, result);
    }
    const incomplete = checks.some(isAwaited);
    if (!incomplete || last) {
      const all = [...results.values()].map((result) =>
        result.found || !holds(result) ? result : (earlier.get(result.id) ?? result),
      );
      return backendReport(querier.name, all, incomplete ? troubles : [], options);
    }
    await sleep(pollMs, undefined, options.signal && { signal: options.signal });
  }
}

const isShownByTraffic = (group: Check["group"]): boolean => group === "edge" || group === "criterion";

/**
 * What an earlier proof showed on this backend and light traffic may not, by id: edges, criteria, and the logs of a service that has nothing to say. Whether
 * services send traces and metrics, whether any log arrives, and whether sources are measured, is asked anew every time.
 */
function earlierResults(backend: string, earlier: VerifyReport | undefined): ReadonlyMap<string, Result> {
  const results = earlier?.backends.find((report) => report.backend === backend)?.results ?? [];
  return new Map(
    results
      .filter(({ id, group, found }) => found && (isShownByTraffic(group) || id.endsWith("/logs")))
      .map(({ seenAfterSeconds: _, ...result }) => [
        result.id,
        { ...result, provenAt: result.provenAt ?? earlier?.since ?? "" },
      ]),
  );
}

async function resultOf(check: Check, verdict: Verdict, querier: Querier, since: Date): Promise<Result> {
  const { id, group, label, required } = check;
  const checked = { id, group, label, required };
  if (!verdict.found) {
    const { reason, unprovable, inapplicable, idle } = verdict;
    const never = { ...(unprovable && { unprovable }), ...(inapplicable && { inapplicable }), ...(idle && { idle }) };
    return { ...checked, found: false, detail: reason, ...never };
  }
  const { at, traceId, detail } = verdict;
  return {
    ...checked,
    found: true,
    detail,
    seenAfterSeconds: secondsBetween(since.getTime(), Date.now()),
    ...(at === undefined ? {} : { at: at.toISOString() }),
    ...(traceId === undefined ? {} : { traceId, traceUrl: await querier.traceUrl(traceId) }),
  };
}

function backendReport(
  backend: string,
  results: readonly Result[],
  troubles: readonly string[],
  { since, timeoutSeconds }: VerifyOptions,
): BackendReport {
  const absent = results.filter((result) => result.required && !result.found && !result.unprovable && !result.idle);
  const never = Map.groupBy(
    results.filter((result) => result.unprovable),
    ({ detail }) => detail,
  );
  const firstTraces = results.flatMap(({ id, seenAfterSeconds }): [string, number][] =>
    id.endsWith("/traces") && seenAfterSeconds !== undefined ? [[id.replace("/traces", ""), seenAfterSeconds]] : [],
  );
  return {
    backend,
    complete: absent.length === 0,
    results,
    missing: [
      ...absent.map(
        ({ label, detail }) => `${label} missing after ${timeoutSeconds} s: ${detail} since ${since.toISOString()}.`,
      ),
      ...troubles,
    ],
    idle: results.filter(({ idle }) => idle).map(({ label, detail }) => `${label}: ${detail}`),
    unprovable: [...never].map(([why, all]) => `${all.map(({ label }) => label).join(", ")}: ${why}`),
    firstTraceSeconds: Object.fromEntries(firstTraces),
  };
}

function secondsBetween(from: number, to: number): number {
  return Math.round((to - from) / 100) / 10;
}

import { setTimeout as sleep } from "node:timers/promises";
import type { Check, Verdict } from "./check.ts";
import { EDGES, edgeChecks } from "./edges.ts";
import { gatherer } from "./gather.ts";
import { INFRASTRUCTURE, infrastructureChecks } from "./infrastructure.ts";
import { querierFor } from "./queriers/index.ts";
import type { BackendQuery, Querier } from "./query.ts";
import type { BackendReport, Result, VerifyReport } from "./report-types.ts";
import { isExample, signalChecks, signalsOf } from "./signals.ts";

export interface VerifyOptions {
  /** The backends to ask, as the stack output `query` lists them. All must be complete. */
  readonly query: readonly BackendQuery[];
  /** Only data from after this instant counts. */
  readonly since: Date;
  /** How long to wait for what is missing. */
  readonly timeoutSeconds: number;
  /** What the stack has: its output `services`. Default: the example's services. */
  readonly sending?: readonly string[];
  /** Only these of them (and the edges between them). Default: all. */
  readonly services?: readonly string[];
  /** Whether the nginx image has the OpenTelemetry module, so that frontend's traces are required. Default: false. */
  readonly nginxTraces?: boolean;
  /** Called whenever something is proven for the first time. */
  readonly onFound?: (backend: string, result: Result) => void;
  /** Default: what the backend bears, mostly one second. */
  readonly pollSeconds?: number;
  /** Ends the wait early: `runVerify` then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

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

/**
 * All checks, or those of some services only. A stack without the example application is asked for exactly its services' signals and for
 * the collector's own metrics: who calls whom there, and what else is measured, is not known here.
 */
export function checksFor(options: Pick<VerifyOptions, "sending" | "services" | "nginxTraces">): Check[] {
  const nginxTraces = options.nginxTraces ?? false;
  const example = options.sending === undefined || isExample(options.sending);
  const wanted = (services: readonly string[]): boolean =>
    options.services === undefined || services.every((service) => options.services?.includes(service));
  return [
    ...signalChecks(
      signalsOf(options.sending).filter(({ service }) => wanted([service])),
      nginxTraces,
    ),
    ...edgeChecks(
      EDGES.filter(({ services }) => example && wanted(services)),
      nginxTraces,
    ),
    ...infrastructureChecks(INFRASTRUCTURE.filter(({ source }) => example || source === "collector")),
  ];
}

/** One backend, asked until complete or out of time. */
async function verifyBackend(
  querier: Querier,
  checks: readonly Check[],
  options: VerifyOptions,
  begun: number,
): Promise<BackendReport> {
  const gather = gatherer(querier, options.since);
  const deadline = begun + options.timeoutSeconds * 1000;
  const pollMs = (options.pollSeconds ?? querier.pollSeconds ?? 1) * 1000;
  const results = new Map<string, Result>();
  const isOpen = (check: Check): boolean => {
    const result = results.get(check.id);
    return result === undefined || !(result.found || result.unprovable);
  };
  for (;;) {
    options.signal?.throwIfAborted();
    const open = checks.filter(isOpen);
    // The last look waits for slow answers, each of which has its own deadline.
    const last = Date.now() + pollMs >= deadline;
    const { evidence, troubles } = await gather.round(open, last ? undefined : pollMs);
    for (const check of open) {
      const result = await resultOf(check, check.judge(evidence), querier, options.since);
      results.set(check.id, result);
      if (result.found) options.onFound?.(querier.name, result);
    }
    const incomplete = checks.some((check) => check.required && isOpen(check));
    if (!incomplete || last) {
      return backendReport(querier.name, [...results.values()], incomplete ? troubles : [], options);
    }
    await sleep(pollMs, undefined, options.signal && { signal: options.signal });
  }
}

async function resultOf(check: Check, verdict: Verdict, querier: Querier, since: Date): Promise<Result> {
  const { id, group, label, required } = check;
  if (!verdict.found) {
    const never = verdict.unprovable === undefined ? {} : { unprovable: verdict.unprovable };
    return { id, group, label, required, found: false, detail: verdict.reason, ...never };
  }
  const { at, traceId, detail } = verdict;
  return {
    id,
    group,
    label,
    required,
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
  const absent = results.filter((result) => result.required && !result.found && !result.unprovable);
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
    unprovable: [...never].map(([why, all]) => `${all.map(({ label }) => label).join(", ")}: ${why}`),
    firstTraceSeconds: Object.fromEntries(firstTraces),
  };
}

function secondsBetween(from: number, to: number): number {
  return Math.round((to - from) / 100) / 10;
}

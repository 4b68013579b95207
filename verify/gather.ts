import type { Check, Needs } from "./check.ts";
import { type Evidence, indexSpans } from "./evidence.ts";
import type { LogRecord, Querier, Span } from "./query.ts";

/** Reads a backend round after round and keeps what was seen. */
export interface Gatherer {
  /** One round for what these checks need; whoever is proven already is left out by the caller. Returns all evidence so far and, one sentence each, what could not be asked in this round. */
  round(checks: readonly Check[]): Promise<{ readonly evidence: Evidence; readonly troubles: readonly string[] }>;
}

/** How many of a service's newest traces one round reads: enough to hold every edge, small enough to poll each second. */
const tracesPerRound = 100;

/** @param since only data from after this instant is evidence */
export function gatherer(querier: Querier, since: Date): Gatherer {
  const spans = new Map<string, Span>();
  const serviceMetrics = new Map<string, readonly string[]>();
  const presentMetrics = new Set<string>();
  const logs = new Map<string, readonly LogRecord[]>();

  return {
    async round(checks) {
      const wanted = (need: keyof Needs): readonly string[] => [
        ...new Set(checks.flatMap(({ needs }) => needs[need] ?? [])),
      ];
      const readTraces = async (service: string): Promise<void> => {
        for (const span of await querier.traces({ service, since, limit: tracesPerRound })) {
          spans.set(`${span.traceId}:${span.spanId}`, span);
        }
      };
      const readMetrics = async (service: string): Promise<void> => {
        serviceMetrics.set(service, await querier.serviceMetrics({ service, since }));
      };
      const readLogs = async (service: string): Promise<void> => {
        logs.set(service, await querier.logs({ service, since, limit: 50 }));
      };
      const readNames = async (names: readonly string[]): Promise<void> => {
        for (const name of await querier.presentMetrics({ names, since })) presentMetrics.add(name);
      };
      const outcomes = await Promise.allSettled([
        ...wanted("tracesOf").map(readTraces),
        ...wanted("metricsOf").map(readMetrics),
        ...wanted("logsOf").map(readLogs),
        ...(wanted("metricNames").length > 0 ? [readNames(wanted("metricNames"))] : []),
      ]);
      const troubles = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [sentence(outcome.reason)] : []));
      return {
        evidence: { spans: indexSpans([...spans.values()]), serviceMetrics, presentMetrics, logs },
        troubles: [...new Set(troubles)],
      };
    },
  };
}

function sentence(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}

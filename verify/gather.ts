import { setTimeout as sleep } from "node:timers/promises";
import type { Check, Needs } from "./check.ts";
import { type Evidence, indexSpans } from "./evidence.ts";
import { PlanRefusal } from "./http.ts";
import type { Arrivals, LogRecord, Querier, Span } from "./query.ts";

/** Reads a backend round after round and keeps what was seen. */
export interface Gatherer {
  /**
   * One round for what these checks need; the caller leaves out what is proven already. An answer that one part of the backend
   * is slow to give is waited for in the next round, so that it does not hide what the others show.
   *
   * @param patienceMs how long to wait for slow answers; default: until they come or fail
   * @returns all evidence so far and, one sentence each, what could not be asked when it was last tried
   */
  round(
    checks: readonly Check[],
    patienceMs?: number,
  ): Promise<{ readonly evidence: Evidence; readonly troubles: readonly string[] }>;
}

/** How many of a service's newest traces one round reads: enough to hold every edge, small enough to poll each second. */
const TRACES_PER_ROUND = 100;

const keyOf = ({ at, traceId }: LogRecord): string => `${at.getTime()} ${traceId ?? ""}`;

/**
 * @param since only data from after this instant is evidence
 * @param metricsSince the same for metrics, which are sent at intervals
 */
export function gatherer(querier: Querier, since: Date, metricsSince: Date = since): Gatherer {
  const spans = new Map<string, Span>();
  const serviceMetrics = new Map<string, readonly string[]>();
  const presentMetrics = new Set<string>();
  const logs = new Map<string, readonly LogRecord[]>();
  const arrivals = new Map<string, Arrivals>();
  let refusal: string | undefined;
  const reads = new Reads();

  /** What the plan refuses is no failure: it is remembered, and what is known of the service in spite of it is read. */
  const unlessRefused = async (service: string, read: () => Promise<void>): Promise<void> => {
    try {
      await read();
    } catch (error) {
      if (!(error instanceof PlanRefusal)) throw error;
      refusal = error.message;
      arrivals.set(service, (await querier.arrivals?.({ service, since })) ?? {});
    }
  };
  const readTraces = async (service: string): Promise<void> => {
    for (const span of await querier.traces({ service, since, limit: TRACES_PER_ROUND })) {
      spans.set(`${span.traceId}:${span.spanId}`, span);
    }
  };
  const readMetrics = async (service: string): Promise<void> => {
    serviceMetrics.set(service, await querier.serviceMetrics({ service, since: metricsSince }));
  };
  const dayBefore = new Date(since.getTime() - 86_400_000);
  const readLogs = async (service: string, from: Date = since): Promise<void> => {
    const newest = await querier.logs({ service, since: from, limit: 50 });
    // those of earlier rounds stay, and of a read beside this one: a command's may be pushed out by a busy service's newer ones
    const all = [...(logs.get(service) ?? []), ...newest];
    logs.set(service, [...new Map(all.map((record) => [keyOf(record), record])).values()]);
  };
  const readNames = async (names: readonly string[]): Promise<void> => {
    for (const name of await querier.presentMetrics({ names, since: metricsSince })) presentMetrics.add(name);
  };

  const begin = (key: string, service: string, read: (service: string) => Promise<void>): void =>
    reads.start(key, () => unlessRefused(service, () => read(service)));

  return {
    async round(checks, patienceMs) {
      const wanted = (need: keyof Needs): readonly string[] => [
        ...new Set(checks.flatMap(({ needs }) => needs[need] ?? [])),
      ];
      for (const service of wanted("tracesOf")) begin(`traces of ${service}`, service, readTraces);
      for (const service of wanted("metricsOf")) begin(`metrics of ${service}`, service, readMetrics);
      for (const service of wanted("logsOf")) begin(`logs of ${service}`, service, readLogs);
      for (const service of wanted("containerLogsOf"))
        begin(`logs of the container ${service}`, service, () => readLogs(service, dayBefore));
      const names = wanted("metricNames");
      if (names.length > 0) reads.start("metric names", () => readNames(names));
      await reads.ended(patienceMs);
      return {
        evidence: {
          spans: indexSpans([...spans.values()]),
          serviceMetrics,
          presentMetrics,
          logs,
          arrivals,
          ...(refusal === undefined ? {} : { refusal }),
        },
        troubles: reads.troubles,
      };
    },
  };
}

/** Reads that may take longer than a round: each is under way once at most, and what its last one failed with is remembered. */
class Reads {
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #failures = new Map<string, string>();

  /** Starts a read unless the same one is still under way. */
  start(key: string, read: () => Promise<void>): void {
    if (!this.#underWay.has(key)) this.#underWay.set(key, this.#perform(key, read));
  }

  /** Waits until all have ended. @param patienceMs at most so long; default: as long as it takes */
  async ended(patienceMs?: number): Promise<void> {
    const all = Promise.all(this.#underWay.values());
    await (patienceMs === undefined ? all : Promise.race([all, sleep(patienceMs, undefined, { ref: false })]));
  }

  /** One sentence each, of reads that failed when they were last tried. */
  get troubles(): readonly string[] {
    return [...new Set(this.#failures.values())];
  }

  async #perform(key: string, read: () => Promise<void>): Promise<void> {
    try {
      await read();
      this.#failures.delete(key);
    } catch (error) {
      this.#failures.set(key, error instanceof Error ? error.message : String(error));
    } finally {
      this.#underWay.delete(key);
    }
  }
}

import { setTimeout as sleep } from "node:timers/promises";
import type { BackendQuery } from "../../vendors/query.ts";
import { querierFor } from "../queriers/index.ts";
import type { Querier } from "../query.ts";
import type { BackendLedger } from "../report-types.ts";
import { bestBalances, type Ledger } from "./balance.ts";
import { readStored } from "./stored.ts";

export interface LedgerOptions {
  /** `deployment.environment.name` of the stack, where it is known. */
  readonly environment: string | undefined;
  /** What was counted before this instant does not matter. Nor what was counted more than an hour ago. */
  readonly begun: Date;
  /** A reading from after this instant is waited for. Default: any. */
  readonly ended?: Date;
  /** How long to wait until it closes. */
  readonly patienceSeconds: number;
}

/** Readings from before what is asked for: the first one counts from there. */
const BACK_MS = 60_000;
const LONGEST_MS = 3_600_000;
const MINUTES_BACK_MS = 5 * 60_000;

/** How long to wait for its readings: three scrapes. Seconds. */
export const ledgerPatience = (metricsInterval: number): number => 3 * metricsInterval;

/** The ledgers of all backends, each as it is stored there. Never throws for a backend that is away: it says so. */
export function readLedgers(query: readonly BackendQuery[], options: LedgerOptions): Promise<readonly BackendLedger[]> {
  const queriers = query.map((one) => ({ one, querier: querierFor(one) }));
  // the collector counts for all backends: where one hands out nothing of it, another may
  const counts = queriers.find(({ querier }) => querier.collectorReadings)?.querier;
  return Promise.all(
    queriers.map(async ({ one, querier }) => {
      const backend = querier.name;
      const ledger = await said(async () => {
        const read = await readLedger(querier, options);
        return read && { ledger: read };
      });
      const stored = await said(() =>
        storedOf(querier, querier.collectorMinutes ? querier : (counts ?? querier), one.kind, options),
      );
      return {
        backend,
        ...(ledger ?? { without: querier.collectorReadings === undefined ? NO_SCRAPES : NO_READINGS }),
        stored: stored ?? { without: querier.collectorMinutes === undefined ? NO_MINUTES : NO_COUNTS },
      };
    }),
  );
}

/** What came of asking, or the sentence that says why nothing did. */
async function said<T>(ask: () => Promise<T>): Promise<T | { readonly without: string }> {
  try {
    return await ask();
  } catch (error) {
    return { without: error instanceof Error ? error.message : String(error) };
  }
}

/** Minutes from before what is asked for count as well: the last ones have not passed yet. */
function storedOf(querier: Querier, counts: Querier, exporter: string, options: LedgerOptions) {
  const { environment, begun, patienceSeconds } = options;
  const after = new Date(Math.max(Math.min(begun.getTime(), Date.now() - MINUTES_BACK_MS), Date.now() - LONGEST_MS));
  return readStored(querier, { counts, environment, exporter, after, patienceSeconds });
}

/**
 * Whether nothing is known to be missing: what left twice, as after a kill, is no loss, and where the collector began anew meanwhile, what it sent
 * between its last reading and its end is missing in the books alone. Nor is anything known where there is no ledger.
 */
export function closes(one: BackendLedger): boolean {
  return !("ledger" in one) || one.ledger.restarts > 0 || one.ledger.rows.every(({ difference }) => difference <= 0);
}

const NO_SCRAPES =
  "This backend hands out no single scrapes of the collector's metrics, so there is no ledger of it to the item.";
const NO_MINUTES =
  "No whole minute has passed in which the collector said what it counted by minute: ask again in two minutes. Upstream's image counts none.";
const NO_COUNTS = "It holds no counts by minute of the collector from this time.";
const NO_READINGS = "It holds fewer than two scrapes of the collector's metrics from this time.";

/**
 * The ledger of one backend's collector, once it closes or time is up. Undefined where the backend hands out no single scrapes, or has none.
 * @throws Error, one sentence, when the backend cannot be asked
 */
export async function readLedger(querier: Querier, options: LedgerOptions): Promise<Ledger | undefined> {
  const { environment, ended, patienceSeconds } = options;
  const begun = new Date(Math.max(options.begun.getTime(), Date.now() - LONGEST_MS));
  const deadline = Date.now() + patienceSeconds * 1000;
  for (;;) {
    const since = new Date(begun.getTime() - BACK_MS);
    const ledger = bestBalances((await querier.collectorReadings?.({ environment, since })) ?? [], begun, ended);
    const over = querier.collectorReadings === undefined || Date.now() >= deadline;
    if (over || ledger?.problems.length === 0) return ledger;
    await sleep(3000);
  }
}

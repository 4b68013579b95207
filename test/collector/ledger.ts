import { balance, type Ledger, type LedgerRow } from "../../verify/ledger/balance.ts";
import type { Reading } from "../../verify/ledger/reading.ts";
import { parseMetrics } from "../support/collector-metrics.ts";
import { type RunningCollector, until } from "./collector.ts";

/** What a collector says of itself now. */
export const readingOf = (collector: RunningCollector): Reading => ({
  at: new Date(),
  samples: parseMetrics(collector.metrics()),
});

/** Before a collector had counted anything. */
export const beginning: Reading = { at: new Date(0), samples: [] };

/** The ledger of these readings and one of now. */
export function ledgerOf(collector: RunningCollector, earlier: readonly Reading[] = [beginning]): Ledger {
  const ledger = balance([...earlier, readingOf(collector)]);
  if (ledger === undefined) throw new Error("Two readings make a ledger.");
  return ledger;
}

export const rowOf = (ledger: Ledger, exporter: string, signal: LedgerRow["signal"] = "traces"): LedgerRow => {
  const row = ledger.rows.find((one) => one.exporter === exporter && one.signal === signal);
  if (row === undefined) throw new Error(`The ledger has no row of ${exporter}, ${signal}.`);
  return row;
};

/** Waits until nothing is on its way and everything is accounted for; the ledger of then. */
export async function closedLedger(collector: RunningCollector, earlier?: readonly Reading[]): Promise<Ledger> {
  let last: Ledger | undefined;
  await until(
    () => {
      last = ledgerOf(collector, earlier);
      // metrics never stop
      const still = last.rows.filter(({ signal }) => signal !== "metrics");
      return last.problems.length === 0 && still.every(({ queued, held }) => queued === 0 && held === 0);
    },
    `the ledger closes (last: ${JSON.stringify(last?.problems)})`,
  );
  if (last === undefined) throw new Error("There was no ledger.");
  return last;
}

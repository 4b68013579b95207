import type { TelemetrySignal } from "../../pipeline/signal.ts";
import type { CountSearch, Querier, Tally, Window } from "../query.ts";
import { signalsOf } from "../signals.ts";
import type { ServiceFacts } from "../system.ts";
import { type Side, type Verdict, verdictOn } from "./verdict.ts";

/** One service and signal, on both sides. */
export interface Row {
  readonly service: string;
  readonly signal: TelemetrySignal;
  readonly old: Side;
  readonly new: Side;
  /** New by old; absent where a side is not counted or the old one is empty. */
  readonly ratio?: number;
  readonly verdict: Verdict;
}

/** The outcome of a comparison; also what `--json` prints. */
export interface Comparison {
  readonly old: string;
  readonly new: string;
  /** ISO 8601; `from` belongs to the window, `to` does not. */
  readonly window: { readonly from: string; readonly to: string };
  readonly rows: readonly Row[];
  /** One sentence per thing that could not be asked. */
  readonly troubles: readonly string[];
  /** Something was counted, and the new side has all that the old one has. */
  readonly holds: boolean;
}

/** What both sides are given to take in what is late: the collector's batches, then the backends' own indexing. */
export const SETTLE_MINUTES = 2;

/** The last `minutes` whole minutes that ended at least `settleMinutes` ago. */
export function closedWindow(now: Date, minutes: number): Window {
  const to = Math.floor(now.getTime() / 60_000) - SETTLE_MINUTES;
  return { from: new Date((to - minutes) * 60_000), to: new Date(to * 60_000) };
}

export interface CompareArgs {
  readonly old: { readonly name: string; readonly querier: Querier };
  readonly new: { readonly name: string; readonly querier: Querier };
  readonly window: Window;
  readonly services: readonly ServiceFacts[];
}

/** Counts both sides. Never throws for a side that cannot be asked: it reports it. */
export async function compare({ old, new: young, window, services }: CompareArgs): Promise<Comparison> {
  const troubles = new Set<string>();
  const sideOf = async (querier: Querier, signal: TelemetrySignal, search: CountSearch): Promise<Side> => {
    try {
      return await counts[signal](querier, search);
    } catch (error) {
      const trouble = error instanceof Error ? error.message : String(error);
      troubles.add(trouble);
      return { trouble };
    }
  };
  const cells = services.flatMap((service) => signalsOf(service).map((signal) => ({ service: service.name, signal })));
  const rows = await Promise.all(
    cells.map(async ({ service, signal }): Promise<Row> => {
      const search = { service, window };
      const [before, after] = await Promise.all([
        sideOf(old.querier, signal, search),
        sideOf(young.querier, signal, search),
      ]);
      const verdict = verdictOn(signal, { name: old.name, side: before }, { name: young.name, side: after });
      return { service, signal, old: before, new: after, ...ratioOf(before, after), verdict };
    }),
  );
  return {
    old: old.name,
    new: young.name,
    window: { from: window.from.toISOString(), to: window.to.toISOString() },
    rows,
    troubles: [...troubles],
    holds: rows.every(({ verdict }) => verdict.holds) && rows.some((row) => isCounted(row.old) || isCounted(row.new)),
  };
}

const counts: Readonly<Record<TelemetrySignal, (querier: Querier, search: CountSearch) => Promise<Tally>>> = {
  traces: (querier, search) => querier.countSpans(search),
  metrics: (querier, search) => querier.countMetrics(search),
  logs: (querier, search) => querier.countLogs(search),
};

/** Whether there is something at all. */
function isCounted(side: Side): boolean {
  return "count" in side && side.count > 0;
}

function ratioOf(before: Side, after: Side): { readonly ratio?: number } {
  if (!("count" in before && "count" in after) || before.count === 0) return {};
  return { ratio: Math.round((after.count / before.count) * 10_000) / 10_000 };
}

import { messageOf } from "../../cli/failure.ts";
import type { BackendQuery } from "../../vendors/query.ts";
import { bestBalances } from "../../verify/ledger/balance.ts";
import type { Reading } from "../../verify/ledger/reading.ts";
import { readStored, type StoredLedger } from "../../verify/ledger/stored.ts";
import type { StackOutputs } from "../../verify/outputs.ts";
import { querierFor } from "../../verify/queriers/index.ts";
import type { Querier } from "../../verify/query.ts";
import { type Loss, lossesOf, lossesOfMinutes } from "../losses.ts";

/** What the loss ledger says. */
export interface LossLook {
  readonly losses: readonly Loss[];
  /** One sentence for each backend that could not be asked, or does not know it yet. */
  readonly silent: readonly string[];
  /** One sentence for each that never says it, or not of a time so short. */
  readonly unjudged: readonly string[];
}

/** A reading from before an instant, to count from. */
const BACK_MS = 60_000;
/** What was given so lately may still be on its way into the store. */
const SETTLED_MS = 30_000;

/** Before it was asked for the first time. */
export const NOT_READ_YET: LossLook = { losses: [], silent: ["The loss ledger was not read yet."], unjudged: [] };
export const NO_LOSSES: LossLook = { losses: [], silent: [], unjudged: [] };

/** What was lost since an instant, as the loss ledger has it. Never throws for a backend that is away: it says so. */
export async function lookAtLosses(
  { query, system }: Pick<StackOutputs, "query" | "system">,
  since: Date,
): Promise<LossLook> {
  const { environment } = system;
  const asked = query.map((one) => ({ one, querier: querierFor(one) }));
  const counting = asked.find(({ querier }) => querier.collectorReadings)?.querier;
  const books = counting === undefined ? noBooks(asked) : await booksOf(counting, environment, since);
  const minutes = await Promise.all(
    asked.map(({ one, querier }) => minutesOf(querier, counting, one.kind, { environment, since })),
  );
  const looks = [books, ...minutes];
  return {
    losses: looks.flatMap(({ losses }) => losses),
    silent: [...new Set(looks.flatMap(({ silent }) => silent))],
    unjudged: [...new Set(looks.flatMap(({ unjudged }) => unjudged))],
  };
}

const noBooks = (asked: readonly { readonly querier: Querier }[]): LossLook => ({
  ...NO_LOSSES,
  unjudged: asked.map(
    ({ querier }) =>
      `What the collector lost since the release is not known: ${querier.name} hands out no single scrapes of its metrics.`,
  ),
});

/** The collector counts for all backends, so that one of them knows it of all. */
async function booksOf(querier: Querier, environment: string | undefined, since: Date): Promise<LossLook> {
  try {
    const back = new Date(since.getTime() - BACK_MS);
    const readings = (await querier.collectorReadings?.({ environment, since: back })) ?? [];
    const ledger = bestBalances(ofThisRun(readings, since), since);
    if (ledger !== undefined) return { ...NO_LOSSES, losses: lossesOf(ledger) };
    return {
      ...NO_LOSSES,
      silent: [`${querier.name} holds no two scrapes of the collector's metrics since the release: no loss ledger.`],
    };
  } catch (error) {
    return { ...NO_LOSSES, silent: [`${querier.name} cannot be asked for the loss ledger: ${messageOf(error)}`] };
  }
}

/**
 * The readings of collectors that are there now, from their last start on: what one before the release counted is none of this release's. Pure.
 * @param readings oldest first
 */
export function ofThisRun(readings: readonly Reading[], since: Date): readonly Reading[] {
  const collectors = [...Map.groupBy(readings, ({ collector = "" }) => collector).values()];
  const own = collectors.filter((of) => of.some(({ at }) => at > since)).flatMap(sinceLastStart);
  return own.toSorted((a, b) => a.at.getTime() - b.at.getTime());
}

function sinceLastStart(own: readonly Reading[]): readonly Reading[] {
  const start = own.findLastIndex((reading, i) => i > 0 && uptime(reading) < uptime(own[i - 1] ?? reading));
  return own.slice(Math.max(0, start));
}

const uptime = ({ samples }: Reading): number =>
  samples.find(({ name }) => name === "otelcol_process_uptime")?.value ?? 0;

async function minutesOf(
  querier: Querier,
  counting: Querier | undefined,
  exporter: BackendQuery["kind"],
  { environment, since }: { readonly environment: string | undefined; readonly since: Date },
): Promise<LossLook> {
  const counts = querier.collectorMinutes ? querier : counting;
  // nobody counts by minute: the sentence about the books says it
  if (counts === undefined) return NO_LOSSES;
  let stored: StoredLedger | undefined;
  try {
    stored = await readStored(querier, {
      ...{ counts, environment, exporter, after: since, patienceSeconds: 0 },
      until: new Date(Date.now() - SETTLED_MS),
    });
  } catch (error) {
    return { ...NO_LOSSES, silent: [`${querier.name} cannot be asked what it stored: ${messageOf(error)}`] };
  }
  if (stored === undefined)
    return {
      ...NO_LOSSES,
      unjudged: [
        `What each service made and ${querier.name} stores was not compared: no whole minute since the release is known yet (guard.watch of 3m or more has one).`,
      ],
    };
  return { ...NO_LOSSES, losses: lossesOfMinutes(stored, querier.name) };
}

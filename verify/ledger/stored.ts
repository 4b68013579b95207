/** Beside what was given to a backend in whole minutes, what it holds of them, and what the services' SDKs made: service by service. */
import { setTimeout as sleep } from "node:timers/promises";
import { RECEIVED, SIGNALS, type TelemetrySignal } from "../../pipeline/signal.ts";
import type { Querier, Tally, Window } from "../query.ts";
import { madeIn, wholeMinutes } from "./minutes.ts";
import type { MinuteItems, WholeMinutes } from "./reading.ts";

/** One service and signal, of items that say that they are of these minutes. */
export interface StoredRow {
  readonly service: string;
  readonly signal: TelemetrySignal;
  /** Handed to the SDK's own queue in the service. Absent where its SDK does not say. */
  readonly made?: number;
  /** Came into the collector; of metrics also the points that it made of the service's spans. */
  readonly received: number;
  /** Given to this backend's queue: received without what rules and sampling dropped, with what the collector made. */
  readonly given: number;
  /** Held by the backend. Absent where it does not count such. */
  readonly stored?: number;
  /** The backend holds at least so many. */
  readonly atLeast?: true;
  /** `given - stored`. Above 0: on its way, or gone. Below 0: there more than once. Absent where one of them is not known. */
  readonly difference?: number;
}

export interface StoredLedger {
  /** The minutes (ISO 8601); `to` does not belong to them. */
  readonly from: string;
  readonly to: string;
  readonly rows: readonly StoredRow[];
  /** One sentence for each thing that somebody does not count. */
  readonly uncounted: readonly string[];
  /** One sentence for each difference. */
  readonly problems: readonly string[];
}

export interface StoredOptions {
  /** The backend that says what the collector and services counted. Default: the one that is asked what it holds. */
  readonly counts?: Querier;
  readonly environment: string | undefined;
  /** Name of the backend's exporters, without the suffix of a signal. */
  readonly exporter: string;
  /** Only minutes after this instant. */
  readonly after: Date;
  /** Only minutes that were known by then: what passed later may be on its way. Default: all. */
  readonly until?: Date;
  /** How long to wait for what is on its way. */
  readonly patienceSeconds: number;
}

/**
 * What a backend holds of the newest whole minutes of which all is known. Undefined where it does not hand out what the collector counts by minute, or where no minute
 * has passed yet.
 *
 * @throws Error, one sentence, when the backend cannot be asked
 */
export async function readStored(querier: Querier, options: StoredOptions): Promise<StoredLedger | undefined> {
  const { counts = querier, environment, exporter, patienceSeconds } = options;
  const deadline = Date.now() + patienceSeconds * 1000;
  for (;;) {
    const minutes = await minutesOf(counts, options);
    const ledger = minutes === undefined ? undefined : await hold(querier, minutes, { counts, environment, exporter });
    if (ledger === undefined || ledger.problems.length === 0 || Date.now() >= deadline) return ledger;
    await sleep(5000);
  }
}

async function minutesOf(
  querier: Querier,
  { environment, after, until }: StoredOptions,
): Promise<WholeMinutes | undefined> {
  const since = new Date(after.getTime() - 30_000);
  if (querier.collectorReadings === undefined) return querier.collectorMinutes?.({ environment, since: after });
  const readings = await querier.collectorReadings({ environment, since });
  const known = until === undefined ? readings : readings.filter(({ at }) => at <= until);
  return wholeMinutes(known, after);
}

async function hold(
  querier: Querier,
  { window, items }: WholeMinutes,
  { counts, environment, exporter }: Pick<StoredOptions, "environment" | "exporter"> & { readonly counts: Querier },
): Promise<StoredLedger> {
  const since = new Date(window.from.getTime() - 60_000);
  const made = madeIn((await counts.serviceReadings?.({ environment, since })) ?? [], window, new Date());
  const uncounted: string[] = [];
  const rows: StoredRow[] = [];
  for (const signal of SIGNALS) {
    const own = items.filter((one) => one.signal === signal);
    const given = own.filter(({ place }) => place === exporter || place.startsWith(`${exporter}-`));
    const services = [...new Set([...given, ...own].map(({ service }) => service))].toSorted();
    if (given.length === 0) continue;
    const held = await countsOf(querier, signal, services, window);
    if (typeof held === "string") uncounted.push(held);
    for (const service of services) {
      const tally = typeof held === "string" ? undefined : held.get(service);
      const madeBy = made.find((one) => one.service === service && one.signal === signal)?.items;
      rows.push(
        rowOf({ service, signal, received: sum(own, service, RECEIVED), given: sum(given, service) }, madeBy, tally),
      );
    }
  }
  return {
    from: window.from.toISOString(),
    to: window.to.toISOString(),
    rows,
    uncounted: [...uncounted, ...rows.flatMap(uncountedIn)],
    problems: rows.flatMap(problemsOf),
  };
}

const sum = (items: readonly MinuteItems[], service: string, place?: string): number =>
  items
    .filter((one) => one.service === service && (place === undefined || one.place === place))
    .reduce((all, one) => all + one.items, 0);

function rowOf(
  row: Pick<StoredRow, "service" | "signal" | "received" | "given">,
  made: number | undefined,
  tally: Tally | undefined,
): StoredRow {
  const before = made === undefined ? row : { ...row, made };
  if (tally === undefined) return before;
  const { count: stored, atLeast } = tally;
  if (atLeast) return { ...before, stored, atLeast };
  return { ...before, stored, difference: row.given - stored };
}

/** How many a backend holds of each of these services, or the sentence that says why nobody can know. */
async function countsOf(
  querier: Querier,
  signal: TelemetrySignal,
  services: readonly string[],
  window: Window,
): Promise<ReadonlyMap<string, Tally> | string> {
  if (signal === "metrics") {
    const { countPoints } = querier;
    if (typeof countPoints === "string") return countPoints;
    const counts = await countPoints(window);
    return new Map(services.map((service) => [service, { count: counts.get(service) ?? 0 }]));
  }
  const named = services.filter((service) => service !== "");
  const count = signal === "traces" ? querier.countSpans : querier.countLogs;
  return new Map(
    await Promise.all(named.map(async (service) => [service, await count.call(querier, { service, window })] as const)),
  );
}

function uncountedIn({ service, signal, made, received }: StoredRow): readonly string[] {
  // metrics are received with the points that the collector made of the service's spans
  if (made === undefined || made >= received || signal === "metrics") return [];
  return [
    `${service}, ${signal}: ${received - made} came that no SDK counted: sent again, or by a process that does not say.`,
  ];
}

function problemsOf(row: StoredRow): readonly string[] {
  const { service, signal, made, received, stored, difference } = row;
  const of = `${service === "" ? "(unnamed)" : service}, ${signal}`;
  const unsent = made === undefined ? 0 : made - received;
  return [
    ...(unsent > 0 ? [`${of}: its SDK made ${unsent} that did not come to the collector.`] : []),
    ...(difference !== undefined && difference > 0
      ? [`${of}: ${difference} were given and are not stored (${stored} are).`]
      : []),
    ...(difference !== undefined && difference < 0 ? [`${of}: ${-difference} more are stored than were given.`] : []),
  ];
}

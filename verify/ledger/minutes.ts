/** What passed in whole minutes, by the time that each item says of itself: what a store holds of the same minutes can be held against it. Pure. */
import type { TelemetrySignal } from "../../pipeline/signal.ts";
import type { MinuteItems, Reading, Sample, WholeMinutes } from "./reading.ts";

export const MINUTE_MS = 60_000;
/** A minute is said once it has been over for so long: by images/programs/wholeminutes, and by otel_inject/quick/counts.py. */
export const COLLECTOR_SETTLED_MS = 10_000;
const SDK_SETTLED_MS = 5000;
/** The longest interval in which metrics are sent and collectors read. */
const LONGEST_INTERVAL_MS = 60_000;

/** What a point says of the minute that it counts, in minutes from the one that was over for a while when the point was made. */
const MINUTES: Readonly<Record<string, number>> = { before: -1, last: 0, this: 1, next: 2 };

/** The last minute that has been over for so long. */
const overAt = (at: number, settled: number): number => (Math.floor((at - settled) / MINUTE_MS) - 1) * MINUTE_MS;

/**
 * The newest consecutive whole minutes of which all numbers are known, of all collectors together; undefined where there is none. A collector exports the numbers
 * of a minute some seconds after its end, and none of the minute in which it started. A minute later it exports them again with items that came late: the newest
 * minute, which has no such correction yet, is taken only where no other is known.
 *
 * @param readings oldest first
 * @param after only minutes that begin after this instant
 */
export function wholeMinutes(readings: readonly Reading[], after: Date): WholeMinutes | undefined {
  const [first, last] = [readings[0], readings.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const collectors = [...Map.groupBy(readings, ({ collector = "" }) => collector).values()];
  const begin = Math.ceil(after.getTime() / MINUTE_MS) * MINUTE_MS;
  const oldest = Math.max(begin, overAt(first.at.getTime(), COLLECTOR_SETTLED_MS));
  const newest = Math.min(
    ...collectors.flatMap((own) => {
      const until = own.at(-1)?.at.getTime() ?? 0;
      return until < last.at.getTime() - LONGEST_INTERVAL_MS ? [] : [overAt(until, COLLECTOR_SETTLED_MS)];
    }),
  );
  return inARow(collectors, oldest, newest - MINUTE_MS) ?? inARow(collectors, oldest, newest);
}

/** The newest minutes of which each collector says what it knows, those that it does not say at the end left out. */
function inARow(collectors: readonly (readonly Reading[])[], oldest: number, newest: number): WholeMinutes | undefined {
  const known: MinuteItems[] = [];
  let [from, to] = [0, 0];
  for (let minute = newest; minute >= oldest; minute -= MINUTE_MS) {
    const each = collectors.filter((own) => aliveIn(own, minute)).map((own) => collectorItems(own, minute));
    const all = each.filter((items) => items !== undefined);
    if (each.length === 0 || all.length < each.length) {
      if (to > 0) break;
      continue;
    }
    known.push(...all.flat());
    from = minute;
    if (to === 0) to = minute + MINUTE_MS;
  }
  return to === 0 ? undefined : { window: { from: new Date(from), to: new Date(to) }, items: together(known) };
}

const aliveIn = (own: readonly Reading[], minute: number): boolean =>
  own.some(({ at }) => at.getTime() >= minute - 15_000 && at.getTime() < minute + MINUTE_MS + COLLECTOR_SETTLED_MS);

/**
 * What one collector says of a minute; undefined: it says nothing of it. Its own metrics pass every minute, so that it always has something to say. What it says later of the
 * same takes the place of what it said before.
 */
function collectorItems(own: readonly Reading[], minute: number): readonly MinuteItems[] | undefined {
  const said = saidOf(own, minute, "otelcol_ledger_minute_items", COLLECTOR_SETTLED_MS);
  if (!said.some(({ labels }) => labels.minute === "last")) return undefined;
  const items = said.map((sample) => itemsOf(sample, sample.labels.place ?? ""));
  return [...new Map(items.map((one) => [keyOf(one), one])).values()];
}

/** What readings say of a minute under a name, oldest first. */
const saidOf = (own: readonly Reading[], minute: number, of: string, settled: number): readonly Sample[] =>
  own.flatMap(({ at, samples }) => {
    const over = overAt(at.getTime(), settled);
    return samples.filter(
      ({ name, labels: { minute: which = "" } }) =>
        name === of && over + (MINUTES[which] ?? Number.NaN) * MINUTE_MS === minute,
    );
  });

const itemsOf = ({ labels: { signal, service = "" }, value: items }: Sample, place: string): MinuteItems => ({
  place,
  signal: signal as TelemetrySignal,
  service,
  items,
});

const keyOf = ({ place, signal, service }: Omit<MinuteItems, "items">): string =>
  JSON.stringify([place, signal, service]);

/** The numbers of the same place, signal and service added up. */
export function together(all: readonly MinuteItems[]): readonly MinuteItems[] {
  const groups = Map.groupBy(all, keyOf);
  return [...groups.values()].flatMap((group) => {
    const [one] = group;
    const items = group.reduce((sum, { items }) => sum + items, 0);
    return one === undefined || items === 0 ? [] : [{ ...one, items }];
  });
}

/** How long a process that no longer says anything may still say something: a minute, and two intervals. */
const SILENT_MS = MINUTE_MS + 2 * LONGEST_INTERVAL_MS;

/**
 * What the SDKs of services say that they made in these minutes. A service is left out where one of its processes has not said it yet.
 *
 * @param readings of processes: `collector` is the process, every sample names its service
 */
export function madeIn(
  readings: readonly Reading[],
  { from, to }: WholeMinutes["window"],
  now: Date,
): readonly MinuteItems[] {
  const processes = [...Map.groupBy(readings, ({ collector = "" }) => collector).values()];
  const unknown = new Set<string>();
  const made: MinuteItems[] = [];
  for (const own of processes) {
    for (let minute = from.getTime(); minute < to.getTime(); minute += MINUTE_MS) {
      if (saysAllOf(own, minute, now)) made.push(...madeItems(own, minute));
      else for (const { labels } of own.at(-1)?.samples ?? []) unknown.add(labels.service ?? "");
    }
  }
  return together(made).filter(({ service }) => !unknown.has(service));
}

/** What a process says of a minute, and what came late: it says only what is new. */
const madeItems = (own: readonly Reading[], minute: number): readonly MinuteItems[] =>
  saidOf(own, minute, "telemetry_made_items", SDK_SETTLED_MS).map((sample) => itemsOf(sample, "made"));

/** Whether nothing is to be said of a minute any more: it was over when the process last said something, or the process has ended. */
function saysAllOf(own: readonly Reading[], minute: number, now: Date): boolean {
  const last = own.at(-1);
  if (last === undefined) return true;
  const ended =
    last.samples.some(({ labels }) => labels.minute === "this") || now.getTime() - last.at.getTime() > SILENT_MS;
  return ended || overAt(last.at.getTime(), SDK_SETTLED_MS) >= minute;
}

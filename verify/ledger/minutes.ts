/** What passed in whole minutes, by the time that each item says of itself: what a store holds of the same minutes can be held against it. Pure. */
import type { TelemetrySignal } from "../../pipeline/signal.ts";
import type { MinuteItems, Reading, WholeMinutes } from "./reading.ts";

export const MINUTE_MS = 60_000;
/** The counters tell so many minutes apart: images/programs/itemcounter/minutes.go. */
const TOLD_APART = 3;
/** What was begun in a minute may end, and come, so long after it. */
const SETTLED_MS = 10_000;

/**
 * The newest whole minutes in a row of which all is known, of all collectors together. Undefined where there is none: a minute counts once it has been over for a while,
 * where a reading from before it exists, and no collector began anew meanwhile.
 *
 * @param readings oldest first
 * @param after only minutes that begin after this instant
 */
export function wholeMinutes(readings: readonly Reading[], after: Date): WholeMinutes | undefined {
  const collectors = [...Map.groupBy(readings, ({ collector = "" }) => collector).values()];
  const [first, last] = [readings[0], readings.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const begin = Math.ceil(Math.max(first.at.getTime(), after.getTime()) / MINUTE_MS) * MINUTE_MS;
  const known: MinuteItems[] = [];
  let [from, to] = [0, 0];
  for (let minute = Math.floor(last.at.getTime() / MINUTE_MS) * MINUTE_MS; minute >= begin; minute -= MINUTE_MS) {
    const each = collectors.filter((own) => aliveIn(own, minute)).map((own) => itemsOf(own, minute));
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
  own.some(({ at }) => at.getTime() >= minute - 15_000 && at.getTime() < minute + MINUTE_MS + SETTLED_MS);

/** What one collector counted of a minute; undefined: not known. */
function itemsOf(own: readonly Reading[], minute: number): readonly MinuteItems[] | undefined {
  const before = own.findLast(({ at }) => at.getTime() <= minute);
  // later the counter may be of the minute that has the same number
  const after = own.findLast(({ at }) => at.getTime() < minute + TOLD_APART * MINUTE_MS);
  if (before === undefined || after === undefined || after.at.getTime() < minute + MINUTE_MS + SETTLED_MS)
    return undefined;
  const between = own.slice(own.indexOf(before), own.indexOf(after) + 1);
  const restarted = between.some((one, i) => i > 0 && uptime(one) < uptime(between[i - 1] ?? one));
  return restarted ? undefined : increase(before, after, numberOfMinute(minute));
}

const uptime = ({ samples }: Reading): number =>
  samples.find(({ name }) => name === "otelcol_process_uptime")?.value ?? 0;

/** What the counters call the minute that begins then. */
export const numberOfMinute = (minute: number): string => `${(minute / MINUTE_MS) % TOLD_APART}`;

function increase(before: Reading, after: Reading, number: string): readonly MinuteItems[] {
  const of = ({ samples }: Reading) =>
    samples.filter(({ name, labels }) => name === "otelcol_ledger_minute_items" && labels.minute === number);
  const known = new Map(of(before).map(({ labels, value }) => [keyOf(labels), value]));
  return of(after).map(({ labels, value }) => ({
    place: labels.place ?? "",
    signal: labels.signal as TelemetrySignal,
    service: labels.service ?? "",
    items: value - (known.get(keyOf(labels)) ?? 0),
  }));
}

interface Key {
  readonly place?: string;
  readonly signal?: string;
  readonly service?: string;
}

const keyOf = ({ place = "", signal = "", service = "" }: Key): string => JSON.stringify([place, signal, service]);

/** The numbers of the same place, signal and service added up. */
export function together(all: readonly MinuteItems[]): readonly MinuteItems[] {
  const groups = Map.groupBy(all, keyOf);
  return [...groups.values()].flatMap((group) => {
    const [one] = group;
    const items = group.reduce((sum, { items }) => sum + items, 0);
    return one === undefined || items === 0 ? [] : [{ ...one, items }];
  });
}

/** An SDK says what it made of a minute once it has been over for so long: otel_inject/quick/counts.py. */
const SDK_SETTLED_MS = 5000;

/** What a point says of the minute that it counts, in minutes from the one that was over for a while when the point was made. */
const MINUTES: Readonly<Record<string, number>> = { before: -1, last: 0, this: 1, next: 2 };

/** The last minute that has been over for a while. */
const overAt = (at: number): number => (Math.floor((at - SDK_SETTLED_MS) / MINUTE_MS) - 1) * MINUTE_MS;

/** How long a process that no longer says anything may still say something: a minute, and two of the longest intervals in which metrics are sent. */
const SILENT_MS = 180_000;

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
      if (saysAllOf(own, minute, now)) made.push(...saidOf(own, minute));
      else for (const { labels } of own.at(-1)?.samples ?? []) unknown.add(labels.service ?? "");
    }
  }
  return together(made).filter(({ service }) => !unknown.has(service));
}

/** Whether nothing is to be said of a minute any more: it was over when the process last said something, or the process has ended. */
function saysAllOf(own: readonly Reading[], minute: number, now: Date): boolean {
  const last = own.at(-1);
  if (last === undefined) return true;
  const ended =
    last.samples.some(({ labels }) => labels.minute === "this") || now.getTime() - last.at.getTime() > SILENT_MS;
  return ended || overAt(last.at.getTime()) >= minute;
}

/** What a process says of a minute, what came late as well. */
function saidOf(own: readonly Reading[], minute: number): readonly MinuteItems[] {
  return own.flatMap(({ at, samples }) => {
    const over = overAt(at.getTime());
    return samples.flatMap(({ labels, value: items }) => {
      const { signal, service = "", minute: which = "" } = labels;
      if (over + (MINUTES[which] ?? Number.NaN) * MINUTE_MS !== minute) return [];
      return [{ place: "made", signal: signal as TelemetrySignal, service, items }];
    });
  });
}

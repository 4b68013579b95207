/** What passed in whole minutes, by the time that each item says of itself: what a store holds of the same minutes can be held against it. Pure. */
import type { TelemetrySignal } from "../../pipeline/signal.ts";
import type { Labels, MinuteItems, Reading, WholeMinutes } from "./reading.ts";

export const MINUTE_MS = 60_000;
/** The counters tell so many minutes apart: images/programs/itemcounter/minutes.go and otel_inject/counts.py. */
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
  return restarted ? undefined : increase(before, after, numberOfMinute(minute), ({ place = "" }) => place);
}

const uptime = ({ samples }: Reading): number =>
  samples.find(({ name }) => name === "otelcol_process_uptime")?.value ?? 0;

/** What the counters call the minute that begins then. */
export const numberOfMinute = (minute: number): string => `${(minute / MINUTE_MS) % TOLD_APART}`;

/** The counters of one minute's number. */
const NAMES: readonly string[] = ["otelcol_ledger_minute_items", "telemetry_made_items"];

function increase(
  before: Reading | undefined,
  after: Reading,
  number: string,
  placeOf: (labels: Labels) => string,
): readonly MinuteItems[] {
  const of = (reading: Reading | undefined) =>
    (reading?.samples ?? []).filter(({ name, labels }) => NAMES.includes(name) && labels.minute === number);
  const known = new Map(of(before).map(({ labels, value }) => [keyOf(labels), value]));
  return of(after).map(({ labels, value }) => ({
    place: placeOf(labels),
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

/** How long a process that no longer says anything may still say something: two of the intervals in which metrics are sent. */
const SILENT_MS = 40_000;

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
      const before = own.findLast(({ at }) => at.getTime() <= minute);
      const after = own.findLast(({ at }) => at.getTime() < minute + TOLD_APART * MINUTE_MS);
      if (after === undefined || after === before) continue;
      const ended = now.getTime() - (own.at(-1)?.at.getTime() ?? 0) > SILENT_MS;
      if (after.at.getTime() >= minute + MINUTE_MS + SETTLED_MS / 2 || ended)
        made.push(...increase(before, after, numberOfMinute(minute), () => "made"));
      else for (const { labels } of after.samples) unknown.add(labels.service ?? "");
    }
  }
  return together(made).filter(({ service }) => !unknown.has(service));
}

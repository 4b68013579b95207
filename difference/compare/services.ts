import { type Inventory, type Seen, SIGNALS, type SignalName } from "../inventory/model.ts";
import { isExported, isSteady } from "../steady.ts";
import { attributeChanges } from "./attributes.ts";
import { enumerated, type Finding, say } from "./finding.ts";
import type { Signal } from "./signals.ts";

interface Sent extends Seen {
  readonly service: string;
}

/** Services whose whole signal is gone, new or renamed, and for each signal whom nothing smaller needs to be said of. */
export interface WholeServices {
  /** Those that send nothing any more, whatever they are called now. */
  readonly lost: ReadonlySet<string>;
  readonly findings: readonly Finding[];
  readonly left: Readonly<Record<SignalName, ReadonlySet<string>>>;
}

export function wholeServices(base: Inventory, head: Inventory): WholeServices {
  const [before, after] = [sendersOf(base), sendersOf(head)];
  const ever = (side: Senders): ReadonlySet<string> => new Set(SIGNALS.flatMap((signal) => [...side.any[signal]]));
  const [known, present] = [ever(before), ever(after)];
  const gone = (signal: SignalName) => without(before.steady[signal], after.any[signal]);
  const come = (signal: SignalName) => without(after.steady[signal], before.any[signal]);
  const lost = unique(SIGNALS.flatMap(gone)).filter((service) => !present.has(service));
  const added = unique(SIGNALS.flatMap(come)).filter((service) => !known.has(service));
  const renamed = new Map(
    lost.flatMap((service) => {
      const to = added.find((other) => looksLike(base, service, head, other));
      return to === undefined ? [] : [[service, to] as const];
    }),
  );
  const taken = new Set(renamed.values());
  const of = (services: readonly string[], those: ReadonlySet<string>) => services.filter((each) => those.has(each));
  return {
    lost: new Set(lost),
    findings: [
      ...lost.map((service) => lostService(service, renamed.get(service), before)),
      ...SIGNALS.flatMap((signal) => of(gone(signal), present).map((service) => lostSignal(service, signal))),
      ...added.filter((service) => !taken.has(service)).map((service) => newService(service, after)),
      ...SIGNALS.flatMap((signal) => of(come(signal), known).map((service) => newSignal(service, signal))),
    ],
    left: {
      traces: new Set([...gone("traces"), ...come("traces")]),
      metrics: new Set([...gone("metrics"), ...come("metrics")]),
      logs: new Set([...gone("logs"), ...come("logs")]),
    },
  };
}

/** @param to what it is called now, where another sends the same */
function lostService(service: string, to: string | undefined, before: Senders): Finding {
  if (to === undefined)
    return silent(service, "traces", say`${service} sends nothing any more; it sent ${signalsOf(service, before)}`);
  const sentence = say`${service} sends nothing any more; ${to}, which is new, sends the same: renamed, and whatever names ${service} reads nothing`;
  return silent(service, "traces", sentence);
}

const lostSignal = (service: string, signal: SignalName): Finding =>
  silent(service, signal, say`${service} sends no ${signal} any more`);

const silent = (service: string, signal: Signal, sentence: Finding["sentence"]): Finding => ({
  what: "silent",
  severity: "breaks",
  signal,
  service,
  sentence,
});

const newService = (service: string, after: Senders): Finding => ({
  what: "new-service",
  severity: "adds",
  signal: "traces",
  service,
  sentence: say`${service} is new, and sends ${signalsOf(service, after)}`,
});

const newSignal = (service: string, signal: SignalName): Finding => ({
  what: "appeared",
  severity: "adds",
  signal,
  service,
  sentence: say`${service} sends ${signal} now`,
});

const signalsOf = (service: string, { steady }: Senders) =>
  enumerated(SIGNALS.filter((signal) => steady[signal].includes(service)));

interface Senders {
  readonly steady: Readonly<Record<SignalName, readonly string[]>>;
  readonly any: Readonly<Record<SignalName, ReadonlySet<string>>>;
}

function sendersOf({ spans, metrics, logs, rounds }: Inventory): Senders {
  const steady = (shapes: readonly Sent[]) =>
    unique(shapes.filter((shape) => isSteady(shape, rounds)).map(({ service }) => service));
  const any = (shapes: readonly Sent[]) => new Set(shapes.map(({ service }) => service));
  return {
    steady: {
      traces: steady(spans),
      metrics: unique(metrics.filter(isExported).map(({ service }) => service)),
      logs: steady(logs),
    },
    any: { traces: any(spans), metrics: any(metrics), logs: any(logs) },
  };
}

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];
const without = (these: readonly string[], those: ReadonlySet<string>): readonly string[] =>
  these.filter((one) => !those.has(one));

/** Most of what one sends the other sends too. */
function looksLike(base: Inventory, service: string, head: Inventory, other: string): boolean {
  const traits = ({ spans, metrics, logs }: Inventory, of: string): readonly string[] => [
    ...spans.flatMap((one) => (one.service === of && one.name !== undefined ? [`${one.kind} ${one.name}`] : [])),
    ...metrics.flatMap((one) => (one.service === of ? [one.name] : [])),
    ...logs.flatMap((one) => (one.service === of ? [`${one.scope} ${one.severity}`] : [])),
  ];
  const known = new Set(traits(head, other));
  const all = traits(base, service);
  return all.length > 0 && all.filter((one) => known.has(one)).length >= all.length / 2;
}

/** Resource attributes of services that both sides know; the same of several signals is one finding. */
export function resourceFindings(base: Inventory, head: Inventory, left: WholeServices["left"]): readonly Finding[] {
  const steady = ({ count }: Seen): boolean => count >= 2;
  const changes = base.resources.flatMap(({ service, signal, attributes }) => {
    const other = head.resources.find((one) => one.service === service && one.signal === signal);
    if (other === undefined || left[signal].has(service)) return [];
    const [before, after] = [attributes, other.attributes].map((these) => ({ attributes: these, count: 0, steady }));
    return before && after ? attributeChanges(before, after).map((change) => ({ service, signal, ...change })) : [];
  });
  const groups = Map.groupBy(changes, ({ service, key, how }) => JSON.stringify([service, key, how]));
  return [...groups.values()].flatMap((group): readonly Finding[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { service, key, how } = first;
    const of = { signal: "resource", service } as const;
    const signals = enumerated(group.map(({ signal }) => signal));
    switch (how.is) {
      case "vanished":
        return [
          {
            ...of,
            what: "vanished",
            severity: "changes",
            sentence: say`${service}: resource attribute ${key} is gone from ${signals}`,
          },
        ];
      case "appeared":
        return [
          {
            ...of,
            what: "appeared",
            severity: "adds",
            sentence: say`${service}: new resource attribute ${key} of ${signals}`,
          },
        ];
      case "type":
        return [
          {
            ...of,
            what: "type",
            severity: "changes",
            sentence: say`${service}: resource attribute ${key} of ${signals} was ${how.from} and is ${how.to}`,
          },
        ];
      default:
        return [];
    }
  });
}

/** Fewer or more by this factor is no chance, where there are enough of them. */
const FACTOR = 3;
const ENOUGH = 30;

/** How many spans and records a service sends in the same use: what is sampled, dropped or said twice. */
export function volumeFindings(base: Inventory, head: Inventory, left: WholeServices["left"]): readonly Finding[] {
  const signals = { traces: "spans", logs: "log records" } as const;
  return (["traces", "logs"] as const).flatMap((signal) => {
    const [before, after] = [totals(base, signal), totals(head, signal)];
    return [...before].flatMap(([service, from]): readonly Finding[] => {
      const to = after.get(service) ?? 0;
      if (left[signal].has(service) || Math.max(from, to) < ENOUGH) return [];
      const sentence = say`${service} sends ${to} ${words(signals[signal])} in the same use where it sent ${from}`;
      if (to >= from * FACTOR || to <= from / FACTOR)
        return [{ what: "volume", severity: "changes", signal, service, sentence }];
      return [];
    });
  });
}

const words = (text: string) => ({ words: [text], names: [] });

/** By service. */
function totals(inventory: Inventory, signal: "traces" | "logs"): ReadonlyMap<string, number> {
  const shapes: readonly Sent[] = signal === "traces" ? inventory.spans : inventory.logs;
  const sums = new Map<string, number>();
  for (const { service, count } of shapes) sums.set(service, (sums.get(service) ?? 0) + count);
  return sums;
}

/** What of the collector's books is a loss, stage by stage. Pure. */
import { SIGNALS, type TelemetrySignal } from "../pipeline/signal.ts";
import type { Ledger, LedgerRow } from "../verify/ledger/balance.ts";
import type { StoredLedger } from "../verify/ledger/stored.ts";

/**
 * Where items go on from, in the order in which they pass: the SDK in the service, the collector's receivers, what happens in the collector, its queue
 * for a backend, the backend's answer, and what the backend holds afterwards.
 */
export type Stage = "sdk" | "intake" | "collector" | "queue" | "backend" | "store";

/** Items that came to a stage, and those that did not get through it. */
export interface Loss {
  readonly stage: Stage;
  readonly signal: TelemetrySignal;
  /** Empty: of all services together, since this stage does not count them apart. */
  readonly service: string;
  /** Name of the exporter or backend that it is about; empty where it is about none. */
  readonly to: string;
  readonly lost: number;
  readonly of: number;
}

/** The same for the same place, observation after observation. */
export const idOf = ({ stage, signal, service, to }: Loss): string =>
  ["loss", stage, signal, service, to].filter((part) => part !== "").join(" ");

/** Everything that passed a stage, lost or not: a share needs both numbers. */
export function lossesOf({ rows, refused, restarts }: Pick<Ledger, "rows" | "refused" | "restarts">): readonly Loss[] {
  const received = (signal: TelemetrySignal): number =>
    Math.max(0, ...rows.filter((row) => row.signal === signal).map((row) => row.received));
  return [
    ...SIGNALS.map((signal) => ({
      ...{ stage: "intake" as const, signal, service: "", to: "" },
      lost: refused[signal],
      of: refused[signal] + received(signal),
    })),
    ...rows.flatMap((row) => lossesOfRow(row, restarts)),
  ];
}

function lossesOfRow(
  { exporter: to, signal, received, made, again, rejected, lost, difference }: LedgerRow,
  restarts: number,
): readonly Loss[] {
  const of = received + made + again;
  const at = { signal, service: "", to, of };
  return [
    // what a collector held that began anew is missing in its books alone
    ...(restarts > 0 ? [] : [{ ...at, stage: "collector" as const, lost: Math.max(0, difference) }]),
    { ...at, stage: "queue", lost },
    { ...at, stage: "backend", lost: rejected },
  ];
}

/** What SDKs made and a backend holds of whole minutes, service by service. */
export const lossesOfMinutes = ({ rows }: Pick<StoredLedger, "rows">, backend: string): readonly Loss[] =>
  rows.flatMap(({ service, signal, made, received, given, difference }): readonly Loss[] => [
    ...(made === undefined
      ? []
      : [{ stage: "sdk" as const, signal, service, to: "", lost: Math.max(0, made - received), of: made }]),
    ...(difference === undefined
      ? []
      : [{ stage: "store" as const, signal, service, to: backend, lost: Math.max(0, difference), of: given }]),
  ]);

/** A sentence with its numbers; `before`: the same stage before the release. */
export function sentenceOf(loss: Loss, before: Loss | undefined): string {
  const { signal, service, lost, of } = loss;
  const who = service === "" ? `All services together, ${signal}` : `${service}, ${signal}`;
  const was = before === undefined ? "not known" : `${before.lost} of ${before.of}`;
  const share = of === 0 ? 0 : (lost / of) * 100;
  return `${who}: ${lost} of ${of} ${happened(loss)} (${share.toFixed(1)} %); before: ${was}.`;
}

function happened({ stage, to }: Loss): string {
  switch (stage) {
    case "sdk":
      return "that the SDK made did not come to the collector";
    case "intake":
      return "that were sent to the collector were refused by it";
    case "collector":
      return `for ${to} came into the collector and are nowhere`;
    case "queue":
      return `for ${to} did not fit into the collector's queue or memory`;
    case "backend":
      return `were refused by ${to} for good`;
    case "store":
      return `that were given to ${to} are not stored there`;
    default:
      return stage satisfies never;
  }
}

import type { Where } from "./expression.ts";
import type { Signal } from "./signal.ts";

/** `page`: someone is woken. `ticket`: someone looks in working hours. `heartbeat`: proves that alerting works. */
export type AlertSeverity = "page" | "ticket" | "heartbeat";

/** What silence of the data itself means: nothing (there is simply nothing to count), or trouble. */
export type NoData = "fine" | "alarm";

export interface Alert {
  /** Stable; also the name of the runbook page `docs/runbooks/<id>.md`. */
  readonly id: string;
  /** What a person reads first, without jargon. */
  readonly title: string;
  readonly signal: Signal;
  readonly op: ">" | "<";
  readonly threshold: number;
  /** How long it must last, in seconds. */
  readonly forSeconds: number;
  readonly severity: AlertSeverity;
  readonly noData: NoData;
  /** Id of the board that shows it. */
  readonly board: string;
  /** Which traces help, if any. */
  readonly traces?: Where;
  /** Only where its source is deployed; left out with a warning otherwise. */
  readonly optional?: boolean;
}

export interface AlertArgs extends Omit<Alert, "id" | "signal" | "op" | "threshold" | "forSeconds" | "noData"> {
  readonly when: Condition;
  /** Default: fine. */
  readonly noData?: NoData;
}

/** A signal beyond a threshold for some time. */
export interface Condition {
  readonly signal: Signal;
  readonly op: ">" | "<";
  readonly threshold: number;
  readonly forSeconds: number;
}

export function above(signal: Signal, threshold: number, forSeconds: number): Condition {
  return { signal, op: ">", threshold, forSeconds };
}

export function below(signal: Signal, threshold: number, forSeconds: number): Condition {
  return { signal, op: "<", threshold, forSeconds };
}

export function alert(id: string, args: AlertArgs): Alert {
  const { when, noData, ...rest } = args;
  return { id, ...rest, ...when, noData: noData ?? "fine" };
}

import type { Where } from "./expression.ts";
import type { Signal } from "./signal.ts";

/** `page`: someone is woken. `ticket`: someone looks in working hours. `heartbeat`: proves that alerting works. */
export type AlertSeverity = "page" | "ticket" | "heartbeat";

/** What a rule says while its number has no value, and why. */
export interface NoData {
  readonly is: "fine" | "alarm";
  readonly because: string;
}

const fine = (because: string): NoData => ({ is: "fine", because });

/** Decisions that many rules share. */
export const NO_DATA = {
  /** Shares, rates and latencies. */
  idle: fine("without an event nothing can fail or be slow; a service that died is the silence rule's"),
  /** Numbers read from a store, the machine or the collector. */
  unread: fine("a store that cannot be read has a rule of its own, as the collector has"),
  /** Counts of what must keep happening: 0 stands in while the service is there, so no value means that it is gone. */
  stopped: fine("zero stands in while the service reports, and one that does not is the silence rule's"),
  /** Rules that have a value only while something is absent. */
  absence: fine("the number exists only while its subject is absent, so no value is the good case"),
  /** Rules that compare with the clock. */
  clock: fine("the clock always has a value"),
} as const;

/** A rule that judges one number of a stack, in no vendor's words. */
export interface Alert {
  /** Stable and unique in a stack. */
  readonly id: string;
  /** Page of its runbook, `docs/runbooks/<runbook>.md`: one page for a kind of alert, whatever service it is about. */
  readonly runbook: string;
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
}

/** What `alert` is given: the condition, and what a person reads. */
export interface AlertArgs extends Pick<Alert, "title" | "board" | "noData" | "traces"> {
  readonly when: Condition;
  /** Default: the alert's id. */
  readonly runbook?: string;
}

/** A signal beyond a threshold for some time. */
export type Condition = Pick<Alert, "signal" | "op" | "threshold" | "forSeconds">;

/** The signal is above the threshold, in its unit, for so many seconds. */
export function above(signal: Signal, threshold: number, forSeconds: number): Condition {
  return { signal, op: ">", threshold, forSeconds };
}

/** The signal is below the threshold, in its unit, for so many seconds. */
export function below(signal: Signal, threshold: number, forSeconds: number): Condition {
  return { signal, op: "<", threshold, forSeconds };
}

/** How alerts are made that are shown on one board and say the same without a value: `machine("disk-full", "page", "A disk is nearly full", above(...))`. */
export const alertsOn =
  (common: Pick<Alert, "board" | "noData" | "traces">) =>
  (id: string, severity: AlertSeverity, title: string, when: Condition): Alert =>
    alert(id, severity, { title, when, ...common });

/** @param id stable and unique in a stack; also the runbook's page where `runbook` names no other */
export function alert(id: string, severity: AlertSeverity, { when, runbook = id, ...rest }: AlertArgs): Alert {
  return { id, runbook, severity, ...rest, ...when };
}

import type { Check } from "./check.ts";
import type { Ledger } from "./ledger/balance.ts";
import type { StoredLedger } from "./ledger/stored.ts";

/** What became of one check. */
export interface Result extends Pick<Check, "id" | "group" | "label" | "required"> {
  readonly found: boolean;
  /** Proof in words, or why it is missing. */
  readonly detail: string;
  /** Not found, and never to be: the backend's plan does not answer what would show it. No failure. */
  readonly unprovable?: true;
  /** Not found, since the stack has no part that it is about. No failure, and no proof. */
  readonly inapplicable?: true;
  /** Not found, since the service did nothing that would show it. No failure, and no proof. */
  readonly idle?: true;
  /** When proven: seconds from `since`, or from the question where that was later, until the backend showed it. */
  readonly seenAfterSeconds?: number;
  /** When it was proven by an earlier proof: when that was (ISO 8601); then there is no `seenAfterSeconds`. */
  readonly provenAt?: string;
  /** When proven by a span or record: its own time (ISO 8601). */
  readonly at?: string;
  readonly traceId?: string;
  readonly traceUrl?: string;
}

export interface BackendReport {
  readonly backend: string;
  readonly complete: boolean;
  readonly results: readonly Result[];
  /** One sentence per required thing that is missing, and per part of the backend that could not be asked at the end. */
  readonly missing: readonly string[];
  /** One sentence per thing that is not there to be proven: what the service did meanwhile does not show it. */
  readonly idle: readonly string[];
  /** One sentence per reason why something can be neither proven nor called missing, naming what. */
  readonly unprovable: readonly string[];
  /** Service -> seconds from `since` until its first trace could be read. */
  readonly firstTraceSeconds: Readonly<Record<string, number>>;
}

/** The loss ledger as one backend stores it, or the sentence that says why there is none. */
export type BackendLedger = {
  readonly backend: string;
  /** What the backend holds of whole minutes, or the sentence that says why nobody can know. */
  readonly stored?: StoredLedger | { readonly without: string };
} & ({ readonly ledger: Ledger } | { readonly without: string });

/** The outcome of `runVerify`; also what `--json` prints. */
export interface VerifyReport {
  /** ISO 8601; everything proven is from after this. */
  readonly since: string;
  /** How long it took to find everything, or the timeout. */
  readonly seconds: number;
  readonly complete: boolean;
  readonly backends: readonly BackendReport[];
  /** What the collector's own metrics say on each backend, where it was asked. */
  readonly ledgers?: readonly BackendLedger[];
}

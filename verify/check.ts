import type { Evidence } from "./evidence.ts";

export type CheckGroup = "signal" | "edge" | "infrastructure" | "criterion";

/** What to read from a backend: service names by signal, and OpenTelemetry metric names. */
export interface Needs {
  readonly tracesOf?: readonly string[];
  readonly metricsOf?: readonly string[];
  readonly logsOf?: readonly string[];
  /** Records of the last day: a store writes most of them at its start. */
  readonly containerLogsOf?: readonly string[];
  readonly metricNames?: readonly string[];
}

/** One thing that must be provable on the backend. Pure: it judges evidence and is asked again until it is satisfied. */
export interface Check {
  readonly id: string;
  readonly group: CheckGroup;
  /** What a person reads, e.g. "api traces" or "api -> PostgreSQL". */
  readonly label: string;
  /** False: shown, but its absence is not a failure (the image in use may not be able to). */
  readonly required: boolean;
  /** What must be read from the backend before it can be judged. */
  readonly needs: Needs;
  readonly judge: (evidence: Evidence) => Verdict;
}

/**
 * The answer of a check: proof, or the reason why there is none yet (a clause that can follow a colon). `unprovable`: there will never be
 * any, since the backend's plan does not answer what would show it. `inapplicable`: the stack has no part that it is about. `idle`: the service
 * is instrumented and did nothing that would show it, as far as its own metrics tell.
 */
export type Verdict =
  | { readonly found: true; readonly at?: Date; readonly traceId?: string; readonly detail: string }
  | {
      readonly found: false;
      readonly reason: string;
      readonly unprovable?: true;
      readonly inapplicable?: true;
      readonly idle?: true;
    };

export function found(detail: string, proof: { readonly at?: Date; readonly traceId?: string } = {}): Verdict {
  return { found: true, detail, ...proof };
}

export function missing(reason: string): Verdict {
  return { found: false, reason };
}

export function unprovable(reason: string): Verdict {
  return { found: false, reason, unprovable: true };
}

export function idle(reason: string): Verdict {
  return { found: false, reason, idle: true };
}

export function inapplicable(reason: string): Verdict {
  return { found: false, reason, inapplicable: true };
}

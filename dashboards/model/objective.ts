import { type Expression, metricsOf, readsLogs } from "./expression.ts";
import type { Source } from "./source.ts";

/** A promise to the users: of all valid events at least `target` are good, over `days`. */
export interface Objective {
  readonly id: string;
  readonly name: string;
  /** One sentence a user would agree with. */
  readonly promise: string;
  /** Events per second that count. */
  readonly valid: Expression;
  /** Those of them that are good. */
  readonly good: Expression;
  /** Between 0 and 1, for example 0.995. */
  readonly target: number;
  readonly days: number;
  /** The service whose entity it belongs to. */
  readonly service: string;
  readonly board: string;
  /** Page of its runbook, `docs/runbooks/<runbook>.md`. */
  readonly runbook: string;
}

/** An objective; 28 days and its id's runbook (`slo-<id>`) unless it says otherwise. */
export function objective(
  id: string,
  args: Omit<Objective, "id" | "days" | "runbook"> & Partial<Pick<Objective, "days" | "runbook">>,
): Objective {
  return { id, days: 28, runbook: `slo-${id}`, ...args };
}

/** Parts of the pipeline an objective needs. */
export function objectiveSources({ valid, good }: Pick<Objective, "valid" | "good">): readonly Source[] {
  const metrics = [...metricsOf(valid), ...metricsOf(good)].map(({ source }) => source);
  return [...new Set([...metrics, ...(readsLogs(valid) || readsLogs(good) ? ["logs" as const] : [])])];
}

/** How fast the error budget burns before someone is notified: long window, short window, factor. */
export interface BurnWindow {
  readonly long: string;
  readonly short: string;
  readonly factor: number;
  readonly forSeconds: number;
  readonly severity: "page" | "ticket";
}

/** 14.4 times too fast spends 2 % of a month's budget in an hour; the short window ends the alert soon after the trouble. */
export const BURN_WINDOWS: readonly BurnWindow[] = [
  { long: "1h", short: "5m", factor: 14.4, forSeconds: 120, severity: "page" },
  { long: "6h", short: "30m", factor: 6, forSeconds: 900, severity: "page" },
  { long: "3d", short: "6h", factor: 1, forSeconds: 3600, severity: "ticket" },
];

/** The windows that can fire: no share of failures reaches a limit of 1, as 14.4 times the budget of a target of 0.9 would be. */
export const reachableWindows = ({ target }: Pick<Objective, "target">): readonly BurnWindow[] =>
  BURN_WINDOWS.filter(({ factor }) => factor * (1 - target) < 1);

/**
 * Fewer failures within the long window notify nobody, whatever their share is: of ten requests an hour a single one is 10 %, and pages
 * (https://sre.google/workbook/alerting-on-slos/, "Low-Traffic Services and Error Budget Alerting"). Five, because one cause that is tried again
 * makes three or four; because at ten an hour a service that fails throughout makes five within half an hour; and because from 70 requests an hour
 * on, with the targets that objectives have by themselves, the share takes as many anyway. Grafana's SLO app calls such a limit `min_failures`.
 */
export const LEAST_FAILED = 5;

/** Every window any burn rate needs, shortest first. */
export const SLO_WINDOWS = ["5m", "30m", "1h", "6h", "3d"] as const;

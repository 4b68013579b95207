import type { Alert } from "../model/alert.ts";
import { above, alert, NO_DATA } from "../model/alert.ts";
import { signal } from "../model/signal.ts";

/** A token this program knows the end of. */
export interface Expiry {
  /** What expires, in a word or two: `grafana cloud token`. */
  readonly name: string;
  /** Seconds since 1970. */
  readonly at: number;
  /** Days before its end at which somebody is notified. Default: 14. */
  readonly warnDays?: number;
}

/** One alert per token, some days before it ends: time for a scheduled deploy to rotate it. */
export function expiryAlerts(expiries: readonly Expiry[]): readonly Alert[] {
  return expiries.map((expiry) => {
    const { warnDays = 14 } = expiry;
    const slug = expiry.name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
    const late = signal(`expiry-${slug}`, `Age of the warning for ${expiry.name}`, "s", {
      meaning: `Seconds since ${expiry.name} came within ${warnDays} days of its end`,
      value: { op: "since", at: expiry.at - warnDays * 86_400 },
    });
    return alert(`token-expiry-${slug}`, "ticket", {
      runbook: "token-expiry",
      title: `${expiry.name} expires within ${warnDays} days`,
      when: above(late, 0, 3600),
      noData: NO_DATA.clock,
      board: "collector",
    });
  });
}

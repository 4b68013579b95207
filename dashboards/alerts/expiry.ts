import type { Alert } from "../model/alert.ts";
import { above, alert } from "../model/alert.ts";
import { signal } from "../model/signal.ts";

/** A token this program knows the end of. */
export interface Expiry {
  /** What expires, in a word or two: `grafana cloud token`. */
  readonly name: string;
  /** Seconds since 1970. */
  readonly at: number;
}

const WARN_SECONDS = 14 * 86_400;

/** One alert per token, two weeks before it ends: time for a scheduled deploy to rotate it. */
export function expiryAlerts(expiries: readonly Expiry[]): readonly Alert[] {
  return expiries.map((expiry) => {
    const slug = expiry.name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
    const late = signal(`expiry-${slug}`, {
      name: `Age of the warning for ${expiry.name}`,
      unit: "s",
      meaning: `Seconds since ${expiry.name} came within two weeks of its end`,
      value: { op: "since", at: expiry.at - WARN_SECONDS },
    });
    return alert(`token-expiry-${slug}`, {
      title: `${expiry.name} expires within two weeks`,
      when: above(late, 0, 3600),
      severity: "ticket",
      board: "collector",
    });
  });
}

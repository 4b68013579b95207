import type { MetricShape, Seen } from "./inventory/model.ts";

/**
 * What two runs of the same code both have. What is seen less often is rare (a retry, a reconnect, a limit that was reached): it is neither
 * missed nor new.
 */

/** Of spans and records: seen in all rounds of use but one. */
export const isSteady = ({ rounds: seen }: Seen, rounds: number): boolean => seen >= Math.max(2, rounds - 1);

const EXPORTS = 3;
const SHARE = 0.6;

/** Of metrics, which are sent at intervals: in most exports of its library it is there, and grows where it is a count. */
export const isExported = ({ count, exports }: Pick<MetricShape, "count" | "exports">): boolean =>
  count >= Math.max(EXPORTS, SHARE * exports);

/** Of an attribute of a metric: it is on what goes on growing. */
export const isOnSeries = ({ count, rounds }: Seen): boolean => count >= EXPORTS && rounds >= 2;

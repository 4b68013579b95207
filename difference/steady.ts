import type { Seen } from "./inventory/model.ts";

/** Seen in all rounds of use but one: two runs of the same code both have it. What is seen less often is rare, and is neither missed nor new. */
export const isSteady = ({ rounds: seen }: Seen, rounds: number): boolean => seen >= Math.max(2, rounds - 1);

/** Metrics are sent at intervals, whatever is used: so often is not by chance. */
export const isExported = ({ count }: Seen): boolean => count >= 3;

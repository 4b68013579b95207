import type { Thresholds } from "./board.ts";

/** The same colours mean the same everywhere: these are shared by all boards. */
export const SHARE_BAD: Thresholds = { direction: "above", warn: 0.01, bad: 0.05 };
export const SHARE_FULL: Thresholds = { direction: "above", warn: 0.8, bad: 0.95 };
export const SHARE_GOOD: Thresholds = { direction: "below", warn: 0.99, bad: 0.95 };
export const LATENCY: Thresholds = { direction: "above", warn: 0.5, bad: 2 };
export const NONE_EXPECTED: Thresholds = { direction: "above", warn: 0.001, bad: 0.1 };
/** Of an uptime: a small one means that it has just restarted. */
export const RESTARTED: Thresholds = { direction: "below", warn: 300, bad: 60 };

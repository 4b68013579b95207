import type { Thresholds } from "./board.ts";

/** Larger is worse. */
export const worseAbove = (warn: number, bad: number): Thresholds => ({ direction: "above", warn, bad });
/** Smaller is worse. */
export const worseBelow = (warn: number, bad: number): Thresholds => ({ direction: "below", warn, bad });

/** The same colours mean the same everywhere: these are shared by all boards. */
export const SHARE_BAD = worseAbove(0.01, 0.05);
/** Of what may fill up: a disk, a queue, a memory limit. */
export const SHARE_FULL = worseAbove(0.8, 0.95);
/** Of events that succeeded. */
export const SHARE_GOOD = worseBelow(0.99, 0.95);
/** In seconds, of what a person waits for. */
export const LATENCY = worseAbove(0.5, 2);
/** A second, of events that should not happen at all. */
export const NONE_EXPECTED = worseAbove(0.001, 0.1);
/** Of an uptime: a small one means that it has just restarted. */
export const RESTARTED = worseBelow(300, 60);
/** Of waiting messages. */
export const MANY_WAITING = worseAbove(50, 500);

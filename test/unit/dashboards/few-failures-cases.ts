import type { LogPattern } from "../../parity/evaluate/recorded/recording.ts";
import { reminders, requests, type Series, spans } from "./alert-cases-objectives.ts";

/** Samples of 30 s, as many as the longest case has. */
const STEPS = 800;
const NONE = `0x${STEPS}`;

/** A counter, from 0, of so many events, one every so many minutes from a minute on. */
export function seldom(count: number, from: number, every: number, before = `0x${2 * from - 1}`): string {
  const steps = Array.from(
    { length: count },
    (_, index) => `${index + 1}x${index + 1 === count ? STEPS : 2 * every - 1}`,
  );
  return [before, ...steps].join(" ");
}

/** The same of one whose series is born with its first event, as those of SDKs are. */
export const bornSeldom = (count: number, from: number, every: number): string =>
  seldom(count, from, every, `_x${2 * from}`);

/** Everything that a service does fails, as often as such a counter says. */
export const FAILING: Readonly<Record<string, (failed: string) => Series>> = {
  "api-availability": (failed) => requests("500", NONE, failed),
  "api-latency": (failed) => requests("200", NONE, failed),
  "bot-success": (failed) => spans("bot", "CONSUMER", "bot process", NONE, failed),
  "worker-success": (failed) => spans("worker", "CONSUMER", "jobs process", NONE, failed),
};

/** How seldom things fail, so that the rule of a window counts each and its short window holds one whenever it is looked at. */
export interface FewFailures {
  readonly window: string;
  /** Minutes. */
  readonly from: number;
  readonly every: number;
  /** When the share of failures has long been too large, and only four have failed. */
  readonly four: number;
  /** When the rule has waited long enough since the fifth. */
  readonly five: number;
}

export const FEW_FAILURES: readonly FewFailures[] = [
  { window: "1h", from: 60, every: 6, four: 82, five: 87 },
  { window: "6h", from: 20, every: 20, four: 99, five: 118 },
  { window: "3d", from: 20, every: 20, four: 99, five: 165 },
];

/** Reminders that come late, one every so many minutes from the first on. */
export const late = (every: number): readonly LogPattern[] => [reminders(100, 60 * every)];

/** What follows from an observation. Pure. */
import { type Finding, findings, type Rules } from "./findings.ts";
import type { Observation } from "./observation.ts";

/** What an observation comes to. */
export interface Judgement {
  /** `open`: it is too early to say. */
  readonly decision: "good" | "bad" | "undecided" | "open";
  /** What is bad; of `open`, what is not yet well. */
  readonly findings: readonly Finding[];
  /** One sentence for each thing that could not be asked. */
  readonly silent: readonly string[];
}

/** How long a release was watched. */
export interface Clock {
  /** Seconds that a release is watched at least, from when all of it runs. */
  readonly watch: number;
  /** Whether the time to decide is up. */
  readonly over: boolean;
}

/**
 * Bad: at once for what no further look can mend, at the end for what is still not well. Good: nothing of that after the time it is watched.
 * Undecided: a backend could not be asked, and nothing else is wrong.
 */
export function judge(now: Observation, before: Observation, rules: Rules, { watch, over }: Clock): Judgement {
  const found = findings(now, before, rules);
  const { silent } = now;
  const sure = found.filter((finding) => finding.sure);
  if (sure.length > 0) return { decision: "bad", findings: over ? found : sure, silent };
  if (over && found.length > 0) return { decision: "bad", findings: found, silent };
  if (over && silent.length > 0) return { decision: "undecided", findings: [], silent };
  const isEnough = now.seconds >= watch && found.length === 0 && silent.length === 0;
  return { decision: isEnough || over ? "good" : "open", findings: found, silent };
}

import type { Processor } from "./components.ts";
import type { TelemetrySignal } from "./signal.ts";
import type { Distribution } from "./versions.ts";

/** Prometheus refuses a request, with everybody's points in it, for one that is further ahead. */
const MAX_AHEAD = "10m";
/** Nor does it take what is older than the outage budget and this; what comes in that old cannot wait in the queue. */
export const SLACK_SECONDS = 1800;

const why =
  "One service with its clock wrong must not cost the others their points: Prometheus refuses the whole request.";

/**
 * What cannot be of now. Points are dropped; our own distribution counts them, and moves spans and records of the future to the present, where
 * they are found, and counts them too.
 */
export function clockGuard(distribution: Distribution, signal: TelemetrySignal): readonly Processor[] {
  if (distribution === "own")
    return [{ kind: "clock_guard", why, settings: { max_ahead: MAX_AHEAD, max_behind: `${SLACK_SECONDS}s` } }];
  if (signal !== "metrics") return [];
  const wrong = [`time > Now() + Duration("${MAX_AHEAD}")`, `time < Now() - Duration("${SLACK_SECONDS}s")`];
  return [{ kind: "filter", name: "clock", why, settings: { error_mode: "ignore", metrics: { datapoint: wrong } } }];
}

import type { Processor } from "./components.ts";
import type { Distribution } from "./versions.ts";

const why =
  "A series that begins with 1 has counted an event that no rate shows; with a zero before it, the first request after a quiet hour is one.";

type Start = Processor<"series_start">;

/** A zero before the first point of each counter and histogram of an application. Own distribution only. */
export const applicationsStart = (distribution: Distribution): readonly Start[] =>
  distribution === "own" ? [{ kind: "series_start", name: "apps", why, settings: { source: "sdk" } }] : [];

/** The same of what connectors count from spans, which they forget when nothing comes. Own distribution only. */
export const spansStart = (distribution: Distribution, flushSeconds: number): readonly Start[] =>
  distribution === "own"
    ? [{ kind: "series_start", name: "spans", why, settings: { source: "connector", interval: `${flushSeconds}s` } }]
    : [];

/**
 * How long the series of a service's operations go on after its last span. Where each beginning has its zero, no event is lost by ending them early,
 * which frees memory and billed series; where it has none, they last longer than the pauses of a service that is asked twice an hour.
 */
export const spansExpire = (distribution: Distribution): "10m" | "1h" => (distribution === "own" ? "10m" : "1h");

import { componentId } from "./component.ts";
import type { Processor } from "./components.ts";
import type { Distribution } from "./versions.ts";

/** Counts what passes, by service: the first step behind the memory limiter, and the last before an exporter. Own distribution only. */
export function itemCounter(distribution: Distribution, place: string): readonly Processor<"item_counter">[] {
  return distribution === "own" ? [{ kind: "item_counter", name: place, settings: { place } }] : [];
}

/**
 * Reads the collector's own metrics as they pass, and adds what came in and is nowhere: `otelcol_ledger_lost_items`. Own distribution only.
 * @param dropping the steps behind the counter of what is received that drop by rule
 */
export function ledger(distribution: Distribution, dropping: readonly Processor[]): readonly Processor<"ledger">[] {
  return distribution === "own" ? [{ kind: "ledger", settings: { rules: dropping.map(componentId) } }] : [];
}

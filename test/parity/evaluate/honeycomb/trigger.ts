import type { HoneycombTrigger } from "../../../../dashboards/render/honeycomb/triggers.ts";
import type { Recording } from "../recorded/recording.ts";
import { type Stored, storedByHoneycomb } from "./events.ts";
import { answerAt } from "./query.ts";

const KNOWN = "id severity name description dataset query threshold frequency alertType".split(" ");

/**
 * True when a trigger is triggered at a moment (seconds). It runs every `frequency` over the last `time_range`; it is triggered
 * when one group's number broke the threshold as often in a row as `exceededLimit` says. A group without events is no group.
 * https://docs.honeycomb.io/notify/triggers/
 */
export function triggeredAt(trigger: HoneycombTrigger, recording: Recording, seconds: number): boolean {
  const unknown = Object.keys(trigger).filter((key) => !KNOWN.includes(key));
  if (unknown.length > 0) throw new Error(`Unknown properties of a trigger: ${unknown.join(", ")}.`);
  const { threshold, frequency, query, dataset } = trigger;
  const place = dataset === undefined ? "events" : "metrics";
  if (query.granularity !== undefined && (place === "events" || query.granularity !== query.time_range)) {
    throw new Error("A trigger compares one number: it has one step, and only metrics say how long that is.");
  }
  const numbers = query.formulas?.length ?? query.calculations.length;
  if (numbers !== 1) throw new Error("A trigger has one calculation or one formula.");
  const times = Array.from({ length: Math.floor(seconds / frequency) }, (_, index) => (index + 1) * frequency);
  const broken = times.slice(-threshold.exceededLimit).map((until) => {
    const answers = [...answerAt(query, place, stored(recording), until)];
    return new Set(
      answers.flatMap(([key, values]) => (Object.values(values).some((one) => breaks(one, threshold)) ? [key] : [])),
    );
  });
  return [...(broken[0] ?? [])].some((key) => broken.every((keys) => keys.has(key)));
}

const seen = new WeakMap<Recording, Stored>();

function stored(recording: Recording): Stored {
  const all = seen.get(recording) ?? storedByHoneycomb(recording);
  seen.set(recording, all);
  return all;
}

function breaks(value: number | undefined, { op, value: limit }: HoneycombTrigger["threshold"]): boolean {
  if (value === undefined) return false;
  return op === ">" ? value > limit : value < limit;
}

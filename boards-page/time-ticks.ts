const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 28].map((count) => count * DAY),
];

/** Pixels that a label and the gap after it take. */
const LABEL = 64;
const LABEL_WITH_DATE = 96;

/**
 * Moments that a time axis names: whole seconds, minutes, hours or days of the reader's clock, as many as find room.
 * None lies so close to an end that its label would be cut.
 * @param width pixels of the drawing
 */
export function timeTicks(from: number, to: number, width: number): readonly number[] {
  const length = to - from;
  if (!(length > 0)) return [];
  const room = Math.max(1, Math.floor((width - 60) / (length > DAY ? LABEL_WITH_DATE : LABEL)));
  const step = STEPS.find((one) => length / one <= room) ?? 28 * DAY;
  const offset = new Date(from).getTimezoneOffset() * MINUTE;
  const first = Math.ceil((from - offset) / step) * step + offset;
  const margin = (length / Math.max(1, width)) * 18;
  const ticks: number[] = [];
  for (let at = first; at <= to - margin; at += step) if (at >= from + margin) ticks.push(at);
  return ticks;
}

import type { Span } from "../../boards-page/chart-options.ts";

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export const RANGES = ["5m", "15m", "30m", "1h", "3h", "12h", "1d", "3d"] as const;
export const REFRESHES = ["5s", "15s", "30s", "1m", "5m"] as const;
export const DEFAULT_RANGE = "30m";

/** Milliseconds of a length such as `30m`; undefined where it is none. */
export function lengthOf(text: string | undefined): number | undefined {
  const found = /^(\d{1,5})([smhd])$/.exec(text ?? "");
  const unit = UNITS[found?.[2] ?? ""];
  return found === null || unit === undefined ? undefined : Number(found[1]) * unit;
}

/** The time that an address asks for: `from` and `to` in milliseconds, or `range` until now. */
export function spanOf(query: Readonly<Record<string, string>>, now: number): Span {
  const [from, to] = [Number(query.from), Number(query.to)];
  if (query.from !== undefined && query.to !== undefined && Number.isFinite(from) && to > from) return { from, to };
  const length = lengthOf(query.range) ?? lengthOf(DEFAULT_RANGE) ?? 0;
  return { from: now - length, to: now };
}

/** Five minutes around a moment, as an address asks for them. */
export function around(milliseconds: number): { from: string; to: string; range: undefined } {
  return {
    from: String(Math.round(milliseconds) - 150_000),
    to: String(Math.round(milliseconds) + 150_000),
    range: undefined,
  };
}

const two = (number: number, digits = 2): string => String(number).padStart(digits, "0");

/** Time of day on the reader's clock; with the date where it is not today's. */
export function timeOf(milliseconds: number, now = Date.now()): string {
  const at = new Date(milliseconds);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return at.toDateString() === new Date(now).toDateString() ? time : `${day} ${time}`;
}

/** The value of an input of type `datetime-local`. */
export function localInput(milliseconds: number): string {
  const at = new Date(milliseconds);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** `1 span`, `2 spans`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

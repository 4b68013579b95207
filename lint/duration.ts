import { wordOf } from "./model.ts";

const UNITS: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** Seconds of a duration as Go writes it, `1h30m` or `-5s`; a number without a unit is taken for seconds. Undefined: none. */
export function secondsOf(value: unknown): number | undefined {
  const text = wordOf(value).trim();
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  const [, sign, parts = ""] = /^([-+]?)((?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+)$/.exec(text) ?? [];
  if (parts === "") return undefined;
  const seconds = [...parts.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g)].map(
    ([, number, unit = ""]) => Number(number) * (UNITS[unit] ?? 0),
  );
  return seconds.reduce((sum, each) => sum + each, 0) * (sign === "-" ? -1 : 1);
}

import { bad } from "./answers.ts";

const UNITS = [
  ["w", 604_800],
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
] as const;

/** A duration as Prometheus spells it, and so Grafana gives it back: `5m` for `300s` and for `5m0s`. */
export function prometheusDuration(text: string): string {
  if (!/^(\d+[wdhms])+$/.test(text)) bad(`"${text}" is no duration`);
  const seconds = [...text.matchAll(/(\d+)([wdhms])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNITS.find(([name]) => name === unit)?.[1] ?? 0),
    0,
  );
  if (seconds === 0) return "0s";
  let left = seconds;
  let spelled = "";
  for (const [unit, size] of UNITS) {
    // Weeks and days only where they divide the whole.
    if ((unit === "w" || unit === "d") && seconds % size !== 0) continue;
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) spelled += `${count}${unit}`;
  }
  return spelled;
}

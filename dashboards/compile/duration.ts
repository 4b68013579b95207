/** Seconds as Prometheus, Loki and Grafana write durations: the largest unit that divides them. */
export function duration(seconds: number): string {
  if (seconds !== 0 && seconds % 3600 === 0) return `${seconds / 3600}h`;
  if (seconds !== 0 && seconds % 60 === 0) return `${seconds / 60}m`;
  return Number.isInteger(seconds) ? `${seconds}s` : `${Math.round(seconds * 1000)}ms`;
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a window such as `5m` or `3d`. @throws Error where it is none */
export function windowSeconds(window: string): number {
  const [, count, unit = ""] = /^(\d+)([smhd])$/.exec(window) ?? [];
  const seconds = Number(count) * (UNITS[unit] ?? Number.NaN);
  if (Number.isNaN(seconds)) throw new Error(`"${window}" is no window: write 5m, 1h or 3d.`);
  return seconds;
}

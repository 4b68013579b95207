const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const UNITS = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
] as const;

/** `in 5 minutes`, `2 hours ago`. */
export function fromNow(time: string): string {
  const seconds = (new Date(time).getTime() - Date.now()) / 1000;
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? (["second", 1] as const);
  return relative.format(Math.round(seconds / size), unit);
}

/**
 * Whole seconds as Go prints a duration: `45s`, `1m30s`, `1h0m0s`.
 * The provider reads durations back in this form; any other spelling is a difference at every preview (providers.md 4.2).
 */
export function duration(seconds: number): string {
  const h = Math.floor(seconds / 3600);
  const m = Math.floor((seconds % 3600) / 60);
  const s = seconds % 60;
  if (h > 0) return `${h}h${m}m${s}s`;
  return m > 0 ? `${m}m${s}s` : `${s}s`;
}

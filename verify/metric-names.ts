/** What backends store of one histogram under names of their own. */
const PARTS = {
  /** Prometheus: `<name>_bucket`, `<name>_count`, `<name>_sum`. */
  _: ["bucket", "count", "sum"],
  /** Honeycomb: `<name>.count`, `<name>.p99` and so on. */
  ".": [
    "count",
    "sum",
    "avg",
    "max",
    "min",
    "p001",
    "p01",
    "p05",
    "p10",
    "p25",
    "p50",
    "p75",
    "p90",
    "p95",
    "p99",
    "p999",
  ],
} as const;

/**
 * The metrics behind stored names: what belongs to one histogram is one metric. A name that only looks like a part
 * (`db_client_connection_count`) stays itself, since a histogram has both a count and a sum.
 */
export function metricsOf(names: readonly string[], separator: keyof typeof PARTS): ReadonlySet<string> {
  const stored = new Set(names);
  const ending = new RegExp(`[${separator}](?:${PARTS[separator].join("|")})$`);
  const isHistogram = (base: string): boolean =>
    stored.has(`${base}${separator}count`) && stored.has(`${base}${separator}sum`);
  return new Set(
    names.map((name) => {
      const base = name.replace(ending, "");
      return base !== name && isHistogram(base) ? base : name;
    }),
  );
}

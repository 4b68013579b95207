/** What backends store of one histogram under names of their own, as a pattern. */
const PARTS = {
  /** Prometheus: `<name>_bucket`, `<name>_count`, `<name>_sum`. */
  _: "bucket|count|sum",
  /** Honeycomb: `<name>.count`, `<name>.p99` and so on. */
  ".": "count|sum|avg|max|min|p\\d{2,3}",
} as const;

/**
 * The metrics behind stored names: what belongs to one histogram is one metric. A name that only looks like a part
 * (`db_client_connection_count`) stays itself, since a histogram has both a count and a sum.
 */
export function metricsOf(names: readonly string[], separator: keyof typeof PARTS): ReadonlySet<string> {
  const stored = new Set(names);
  const ending = new RegExp(`[${separator}](?:${PARTS[separator]})$`);
  const isHistogram = (base: string): boolean =>
    stored.has(`${base}${separator}count`) && stored.has(`${base}${separator}sum`);
  return new Set(
    names.map((name) => {
      const base = name.replace(ending, "");
      return base !== name && isHistogram(base) ? base : name;
    }),
  );
}

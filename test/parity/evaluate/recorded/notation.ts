/** Seconds between two samples of a case, the same for promtool. */
export const CASE_STEP = 30;

/**
 * The samples that Prometheus' rule tester makes of its notation: `0+2x10` begins at 0 and grows ten times by 2, `5x10` is 5
 * eleven times, `_x10` is nothing ten times, several follow one another.
 *
 * @throws Error when the text is something else
 */
export function samplesOf(notation: string): readonly (number | undefined)[] {
  return notation.split(/\s+/).flatMap((part): readonly (number | undefined)[] => {
    const nothing = /^_x(\d+)$/.exec(part);
    if (nothing !== null) return Array.from({ length: Number(nothing[1]) }, () => undefined);
    const found = /^(-?[\d.]+)(?:([+-])([\d.]+))?x(\d+)$/.exec(part);
    if (found === null) throw new Error(`"${part}" is no notation of samples: write 0+2x10, 5x10 or _x10.`);
    const [, first, sign, growth, times] = found;
    const step = growth === undefined ? 0 : Number(growth) * (sign === "-" ? -1 : 1);
    return Array.from({ length: Number(times) + 1 }, (_, index) => Number(first) + step * index);
  });
}

/** A series' name and labels: `name{a="b", c="d"}`. */
export function seriesOf(text: string): { readonly name: string; readonly labels: Readonly<Record<string, string>> } {
  const found = /^(\w+)\{(.*)\}$/.exec(text);
  if (found === null) throw new Error(`"${text}" is no series: write name{label="value"}.`);
  const [, name = "", inner = ""] = found;
  const labels = [...inner.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value] as const);
  return { name, labels: Object.fromEntries(labels) };
}

/** Shares of few events: what can be said of them for certain. Pure. */

/** 95 % of all samples lie within. */
const Z = 1.96;

/** Wilson's interval of a share: of 1 in 3 it is 0.06 to 0.79, of 20 in 100 it is 0.13 to 0.29. Nothing counted: 0 to 1. */
export function interval(some: number, all: number): { readonly lower: number; readonly upper: number } {
  if (all <= 0) return { lower: 0, upper: 1 };
  const share = some / all;
  const middle = share + Z ** 2 / (2 * all);
  const width = Z * Math.sqrt((share * (1 - share)) / all + Z ** 2 / (4 * all ** 2));
  const whole = 1 + Z ** 2 / all;
  return { lower: Math.max(0, (middle - width) / whole), upper: Math.min(1, (middle + width) / whole) };
}

/** The middle one; undefined of none. */
export function medianOf(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}

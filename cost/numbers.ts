/** A number as people read it: `2 480`, `12.5 M`, `3.4`. */
export function amount(value: number): string {
  if (value >= 1e6) return `${rounded(value / 1e6)} M`;
  if (value >= 1000) return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, " ");
  return rounded(value);
}

const rounded = (value: number): string => String(Number(value.toPrecision(value >= 100 ? 3 : 2)));

export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** US dollars, to the dollar from ten on. */
export const dollars = (usd: number): string => `${usd >= 10 ? Math.round(usd) : Math.round(usd * 100) / 100} USD`;

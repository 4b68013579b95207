import type { MeteredPrice, Pricing } from "../vendors/price.ts";
import type { Usage } from "./usage.ts";

/** One meter of a price list with what the stack uses of it. */
export interface BillLine {
  readonly price: MeteredPrice;
  readonly used: number;
}

export interface Bill {
  readonly lines: readonly BillLine[];
  /** US dollars a month: 0 where everything is free. */
  readonly usd: number;
  /** Whether more may be due than `usd`: a meter has no price, or the list leaves something out. */
  readonly atLeast: boolean;
}

/** What a month of this usage costs by a vendor's price list. Pure. */
export function billOf(usage: Usage, pricing: Pricing): Bill {
  const lines = pricing.prices.map((price) => ({ price, used: usedOf(usage, price, pricing.bytes) }));
  const paid = lines.some(({ price, used }) => used > price.free);
  if (!paid) return { lines, usd: 0, atLeast: false };
  const metered = lines.reduce((sum, { price, used }) => {
    const beyond = Math.max(0, used - price.free);
    return sum + (beyond / price.per) * (price.usd ?? 0);
  }, 0);
  return { lines, usd: pricing.base + metered, atLeast: pricing.without !== undefined };
}

function usedOf(usage: Usage, price: MeteredPrice, bytes: Pricing["bytes"]): number {
  const { meter, of, pointsPerMinute } = price;
  switch (meter) {
    case "series":
      return Math.max(usage.series, pointsPerMinute === undefined ? 0 : usage.samplesPerMinute / pointsPerMinute);
    case "points":
      return usage.points;
    case "events":
      return (of.includes("traces") ? usage.spans : 0) + (of.includes("logs") ? usage.records : 0);
    case "gigabytes":
      return of.reduce((sum, signal) => sum + usage.bytes[bytes][signal], 0) / 1e9;
    default:
      return meter satisfies never;
  }
}

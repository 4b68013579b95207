/** What a backend counts: series that are active at one time; points, events and gigabytes (10^9 bytes) of a month. */
export type Meter = "series" | "points" | "events" | "gigabytes";

export type BilledSignal = "traces" | "metrics" | "logs";

/** One line of a price list. */
export interface MeteredPrice {
  readonly meter: Meter;
  /** Signals that are counted together. */
  readonly of: readonly BilledSignal[];
  /** How much is free. */
  readonly free: number;
  /** US dollars for each `per` beyond it. Absent: no price was found. */
  readonly usd?: number;
  readonly per: number;
  /** Series only: points a minute that one series includes; who sends more is billed for as many series as that would be. */
  readonly pointsPerMinute?: number;
}

/** What a month costs. Facts of a day: a vendor changes them without notice. */
export interface Pricing {
  /** The smallest plan that is paid for. */
  readonly plan: string;
  /** US dollars a month for that plan by itself. */
  readonly base: number;
  readonly prices: readonly MeteredPrice[];
  /** How gigabytes are counted: as OTLP carries them, or with the resource repeated in every item, as JSON. Both uncompressed. */
  readonly bytes: "otlp" | "json";
  /** What is left out, where that makes the sum a lower bound. */
  readonly without?: string;
  /** Addresses where this was read, and when that was written or checked. */
  readonly source: readonly string[];
  readonly asOf: string;
}

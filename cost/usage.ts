import type { BilledSignal } from "../vendors/price.ts";

/** Seconds of a month: 365.25 days / 12. */
export const MONTH_SECONDS = 2_629_800;

/** What a stack sends to one backend. */
export interface Usage {
  /** Series that are active at one time as Prometheus counts them: each bucket of a histogram is one. */
  readonly series: number;
  /** Samples a minute of all series. */
  readonly samplesPerMinute: number;
  /** Of a month, as they are sent: a histogram is one point. */
  readonly points: number;
  readonly spans: number;
  readonly records: number;
  /** Of a month: profiles, and their uncompressed bytes as OTLP carries them. Absent where there are none. */
  readonly profiles?: { readonly messages: number; readonly bytes: number } | undefined;
  /** Of a month, uncompressed: as OTLP carries them, and as JSON with the resource in every item. */
  readonly bytes: Readonly<Record<"otlp" | "json", Readonly<Record<BilledSignal, number>>>>;
}

/**
 * How long a server that answered 429 wants to be left alone, in milliseconds: `Retry-After` (seconds or a date), else the
 * `reset=` of Honeycomb's `RateLimit`, else two seconds.
 */
export function retryAfterMs(headers: Headers, now: Date): number {
  const given = headers.get("retry-after");
  if (given !== null) {
    const seconds = Number(given);
    const ms = Number.isNaN(seconds) ? Date.parse(given) - now.getTime() : seconds * 1000;
    if (!Number.isNaN(ms)) return Math.max(0, ms);
  }
  const [, reset] = /\breset=(\d+)/.exec(headers.get("ratelimit") ?? "") ?? [];
  return reset === undefined ? 2000 : Number(reset) * 1000;
}

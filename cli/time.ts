/** `0.4 s`, `12.3 s`, `4 min 05 s` */
export function seconds(milliseconds: number): string {
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const whole = Math.round(milliseconds / 1000);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

/** Ctrl-C does not end it; what must end with it is `unlessInterrupted(sleep(…))`. */
export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Asks until `attempt` yields something or the time is over; then undefined. */
export async function until<T>(
  attempt: () => Promise<T | undefined>,
  limits: { readonly timeoutMs: number; readonly everyMs: number; readonly signal?: AbortSignal },
): Promise<T | undefined> {
  const deadline = Date.now() + limits.timeoutMs;
  for (;;) {
    const result = await attempt();
    if (result !== undefined || Date.now() >= deadline || limits.signal?.aborted) return result;
    await sleep(limits.everyMs);
  }
}

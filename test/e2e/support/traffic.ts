import { setTimeout as sleep } from "node:timers/promises";
import { freshTrace } from "../../../verify/counts.ts";

/**
 * Bounded traffic through nginx: one request every `intervalMs` until `count` are answered with 200. Each request starts a trace
 * whose id we chose, so that arrival can be counted one by one.
 *
 * @returns the trace ids of all requests
 * @throws Error when the application does not answer: its telemetry being in trouble must not be its own trouble
 */
export async function sendRequests(frontend: string, count: number, intervalMs: number): Promise<readonly string[]> {
  const traceIds: string[] = [];
  for (let sent = 0; sent < count; sent++) {
    const begun = Date.now();
    const { traceId, traceparent } = freshTrace();
    const response = await fetch(`${frontend}/api/games`, {
      headers: { traceparent },
      signal: AbortSignal.timeout(5000),
    });
    await response.arrayBuffer();
    if (response.status !== 200)
      throw new Error(`Request ${sent + 1} of ${count} was answered ${response.status}, expected 200.`);
    traceIds.push(traceId);
    await sleep(Math.max(0, intervalMs - (Date.now() - begun)));
  }
  return traceIds;
}

import { setTimeout as sleep } from "node:timers/promises";
import { freshTrace } from "../../support/counts.ts";

export interface Sent {
  /** Trace ids of all requests. */
  readonly traceIds: readonly string[];
  /** Those of the requests that make api write a log record: every tenth creates a game. */
  readonly logged: readonly string[];
}

/**
 * Bounded traffic through nginx: `count` requests, one every `intervalMs`, each answered as it should be. Each starts a trace whose
 * id we chose, so that arrival can be counted one by one.
 *
 * @throws Error when the application does not answer: its telemetry being in trouble must not be its own trouble
 */
export async function sendRequests(frontend: string, count: number, intervalMs: number): Promise<Sent> {
  const traceIds: string[] = [];
  const logged: string[] = [];
  for (let sent = 0; sent < count; sent++) {
    const begun = Date.now();
    const { traceId, traceparent } = freshTrace();
    const creates = sent % 10 === 0;
    const response = await fetch(`${frontend}/api/games`, {
      headers: { traceparent, "content-type": "application/json" },
      signal: AbortSignal.timeout(30_000),
      ...(creates && {
        method: "POST",
        body: JSON.stringify({ title: `Traffic ${traceId.slice(0, 8)}`, starts_in_seconds: 2 }),
      }),
    });
    await response.arrayBuffer();
    if (response.status !== (creates ? 201 : 200)) {
      throw new Error(
        `Request ${sent + 1} of ${count} was answered ${response.status}, expected ${creates ? 201 : 200}.`,
      );
    }
    traceIds.push(traceId);
    if (creates) logged.push(traceId);
    await sleep(Math.max(0, intervalMs - (Date.now() - begun)));
  }
  return { traceIds, logged };
}

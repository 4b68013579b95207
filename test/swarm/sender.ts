/**
 * Sends one half of the spans of each trace, four in all, to an agent until it is told to end (SIGTERM): `node sender.ts URL HALF RATE RUN BEGUN`. What an agent
 * does not take is sent again, as SDKs do. Its last line says in JSON what was taken. BEGUN, in milliseconds since 1970, is when the first trace was
 * due: whoever starts later makes up for it, so that the half that ends last has a half of every trace.
 */
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

const [url = "", half = "0", rate = "100", run = "run", begun = "0"] = process.argv.slice(2);
const TICK_MS = 200;

let ended = false;
process.on("SIGTERM", () => {
  ended = true;
});

const hex = (text: string, length: number): string => createHash("sha256").update(text).digest("hex").slice(0, length);

/** The second half has the span that failed, so that sampling by the tail keeps the first half only where both meet. */
function spansOf(trace: number): readonly object[] {
  const traceId = hex(`${run}-${trace}`, 32);
  const root = hex(`${run}-${trace}-0-0`, 16);
  const now = BigInt(Date.now()) * 1_000_000n;
  return [0, 1].map((i) => ({
    traceId,
    spanId: hex(`${run}-${trace}-${half}-${i}`, 16),
    ...(!(half === "0" && i === 0) && { parentSpanId: root }),
    name: half === "0" ? "GET /orders/{id}" : "SELECT orders",
    kind: half === "0" ? 2 : 3,
    startTimeUnixNano: String(now),
    endTimeUnixNano: String(now + 20_000_000n),
    attributes: [
      { key: "http.route", value: { stringValue: "/orders/{id}" } },
      { key: "http.request.method", value: { stringValue: "GET" } },
      { key: "db.query.text", value: { stringValue: "SELECT id, total, created_at FROM orders WHERE id = $1" } },
      { key: "server.address", value: { stringValue: "orders" } },
    ],
    status: { code: half === "1" && i === 1 ? 2 : 0 },
  }));
}

async function send(spans: readonly object[]): Promise<number> {
  const resource = { attributes: [{ key: "service.name", value: { stringValue: `orders-${half}` } }] };
  const body = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "load" }, spans }] }] });
  for (let tries = 0; ; tries += 1) {
    try {
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`${url}/v1/traces`, {
        method: "POST",
        headers,
        body,
        signal: AbortSignal.timeout(5000),
      });
      await answer.arrayBuffer();
      if (answer.ok) return tries;
    } catch {
      // away: try again
    }
    await sleep(500);
  }
}

let taken = 0;
let repeated = 0;
const waiting = new Set<Promise<void>>();
for (let trace = 0; !ended; ) {
  const due = Math.floor(((Date.now() - Number(begun)) / 1000) * (Number(rate) / 2));
  const spans: object[] = [];
  for (; trace < due; trace += 1) spans.push(...spansOf(trace));
  if (spans.length > 0) {
    const sent = send(spans).then((tries) => {
      taken += spans.length;
      repeated += tries;
      waiting.delete(sent);
    });
    waiting.add(sent);
  }
  await sleep(TICK_MS);
}
await Promise.all(waiting);
console.log(JSON.stringify({ taken, repeated }));

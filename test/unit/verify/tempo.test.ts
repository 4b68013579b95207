import { afterEach, describe, expect, test } from "vitest";
import { list, object } from "../../../verify/json.ts";
import { querierFor } from "../../../verify/queriers/index.ts";
import { recorded, since } from "./support/recordings.ts";
import { type FakeServer, type Reply, serve } from "./support/server.ts";

let tempo: FakeServer | undefined;
afterEach(() => tempo?.close());

const traceId = "00f7651916cd43dd8448eb211c80319c";

/** Tempo with one trace: its search shortens ids, its second trace API answers OTLP below `trace`. */
function answer(_method: string, url: URL): Reply | undefined {
  if (url.pathname === "/api/search") {
    const range = [url.searchParams.get("start"), url.searchParams.get("end")].map(Number);
    if (range.some(Number.isNaN)) return { status: 400, body: "invalid start" };
    const hit = url.searchParams.get("q") === '{ resource.service.name = "api" }';
    return { status: 200, body: { traces: hit ? [{ traceID: traceId.replace(/^0+/, "") }] : [], metrics: {} } };
  }
  if (url.pathname !== `/api/v2/traces/${traceId}`) return undefined;
  const resourceSpans = list(object(object(recorded.traces.api).result).resourceSpans);
  return { status: 200, body: { trace: { resourceSpans }, metrics: {} } };
}

async function querier() {
  tempo = await serve(answer);
  return querierFor({ kind: "lgtm", tempo: tempo.url, prometheus: tempo.url, loki: tempo.url });
}

describe("Tempo's spans", () => {
  test("are found by TraceQL within the time, then read trace by trace with the full id", async () => {
    const spans = await (await querier()).traces({ service: "api", since, limit: 20 });
    expect(spans.map(({ service }) => service)).toContain("api");
    expect(tempo?.asked).toHaveLength(2);
    expect(tempo?.asked[0]).toContain(`start=${Math.floor(since.getTime() / 1000)}`);
    expect(tempo?.asked[0]).toContain("limit=20");
    expect(tempo?.asked[1]).toBe(`GET /api/v2/traces/${traceId}`);
  });

  test("are none for a service that sent nothing, and for an unknown id", async () => {
    const asked = await querier();
    expect(await asked.traces({ service: "nobody", since, limit: 20 })).toEqual([]);
    expect(await asked.trace("f".repeat(32))).toEqual([]);
  });

  test("from before the instant asked for do not count", async () => {
    const asked = await querier();
    expect(await asked.traces({ service: "api", since: new Date(), limit: 20 })).toEqual([]);
  });
});

import { afterEach, describe, expect, test } from "vitest";
import { metricsOf } from "../../../verify/metric-names.ts";
import { querierFor } from "../../../verify/queriers/index.ts";
import { countBySearch } from "../../../verify/queriers/parts/by-search.ts";
import type { Span, Window } from "../../../verify/query.ts";
import { retryAfterMs } from "../../../verify/retry-after.ts";
import { exampleRun } from "./support/example-run.ts";
import { type FakeBackend, fakeJaegerBackend } from "./support/fake-backend.ts";
import { fakeTempo } from "./support/fake-tempo.ts";
import { recorded, since } from "./support/recordings.ts";
import type { FakeServer } from "./support/server.ts";
import { span } from "./support/spans.ts";

const open: (FakeServer | FakeBackend)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const window: Window = { from: new Date("2026-01-01T00:00:00Z"), to: new Date("2026-01-01T00:10:00Z") };
const secondsIn = (seconds: number): Date => new Date(window.from.getTime() + seconds * 1000);

/** A backend that finds at most `limit` traces of a service that begin within the time, the newest first. */
const searching = (stored: readonly Span[], limit: number) => {
  const asked: Window[] = [];
  const search = async (part: Window): Promise<readonly Span[]> => {
    asked.push(part);
    const hits = stored.filter(({ service, start }) => service === "api" && start >= part.from && start <= part.to);
    const newest = hits.toSorted((a, b) => b.start.getTime() - a.start.getTime());
    const ids = new Set([...new Set(newest.map(({ traceId }) => traceId))].slice(0, limit));
    return stored.filter(({ traceId }) => ids.has(traceId));
  };
  return { asked, count: () => countBySearch(search, { service: "api", window }, limit) };
};

describe("counting where a backend can only be searched", () => {
  test("asks once while the answer is not full", async () => {
    const { asked, count } = searching([span({ start: secondsIn(1) }), span({ start: secondsIn(500) })], 3);
    expect(await count()).toEqual({ count: 2 });
    expect(asked).toEqual([window]);
  });

  test("halves the window until every span is found, each counted once", async () => {
    const many = Array.from({ length: 600 }, (_, second) => span({ start: secondsIn(second) }));
    expect(await searching(many, 50).count()).toEqual({ count: 600 });
  });

  test("counts neither other services nor what lies outside the window, though their traces are found", async () => {
    const own = span({ start: secondsIn(0) });
    const others = [
      span({ below: own, service: "bot", start: secondsIn(1) }),
      span({ below: own, start: secondsIn(600) }),
    ];
    expect(await searching([own, ...others, span({ start: secondsIn(-1) })], 10).count()).toEqual({ count: 1 });
  });

  test("says `at least` when a second holds more than a search hands out", async () => {
    const burst = Array.from({ length: 30 }, () => span({ start: secondsIn(30) }));
    const counted = await searching(burst, 10).count();
    expect(counted.atLeast).toBe(true);
    expect(counted.count).toBeGreaterThanOrEqual(10);
    expect(counted.count).toBeLessThan(30);
  });
});

describe("the local backends count", () => {
  const { spans, logs } = exampleRun();
  const whole: Window = { from: since, to: new Date(since.getTime() + 300_000) };
  const ofApi = { service: "api", window: whole };
  const own = spans.filter(({ service }) => service === "api").length;

  test("spans in Jaeger, records in Loki, metrics in Prometheus", async () => {
    const backend = await fakeJaegerBackend(recorded);
    open.push(backend);
    const querier = querierFor(backend.query);
    expect(await querier.countSpans(ofApi)).toEqual({ count: own });
    expect(await querier.countLogs(ofApi)).toEqual({ count: logs.filter(({ service }) => service === "api").length });
    const names = await querier.serviceMetrics({ service: "api", since });
    const { count } = await querier.countMetrics(ofApi);
    expect(count).toBe(metricsOf(names, "_").size);
    expect(count).toBeLessThan(names.length);
    expect(await querier.countLogs({ service: "nobody", window: whole })).toEqual({ count: 0 });
  });

  test.each([
    ["by TraceQL metrics", true, 1],
    ["by search where TraceQL metrics are switched off", false, 2],
  ])("spans in Tempo %s", async (_, metrics, atLeastAsked) => {
    const tempo = await fakeTempo({ spans }, { metrics });
    open.push(tempo);
    const querier = querierFor({ kind: "lgtm", tempo: tempo.url, prometheus: tempo.url, loki: tempo.url });
    expect(await querier.countSpans(ofApi)).toEqual({ count: own });
    expect(tempo.asked.length).toBeGreaterThanOrEqual(atLeastAsked);
    expect(tempo.asked.some((address) => address.startsWith("GET /api/search"))).toBe(!metrics);
  });
});

describe("the metrics behind stored names", () => {
  test("are one for all parts of a histogram", () => {
    expect([...metricsOf(["a_seconds_bucket", "a_seconds_count", "a_seconds_sum", "b_total"], "_")]).toEqual([
      "a_seconds",
      "b_total",
    ]);
    expect([...metricsOf(["a.count", "a.sum", "a.p95", "a.avg"], ".")]).toEqual(["a"]);
  });

  test("are themselves when they only look like a part", () => {
    expect([...metricsOf(["db_client_connection_count", "queue.max"], "_")]).toEqual([
      "db_client_connection_count",
      "queue.max",
    ]);
    expect([...metricsOf(["db.client.connection.count", "queue.max"], ".")]).toEqual([
      "db.client.connection.count",
      "queue.max",
    ]);
  });
});

describe("the pause after 429", () => {
  const now = new Date("2026-01-01T00:00:00Z");
  test.each([
    [{ "retry-after": "7" }, 7000],
    [{ "retry-after": "Thu, 01 Jan 2026 00:00:30 GMT" }, 30_000],
    [{ "retry-after": "Wed, 31 Dec 2025 23:59:00 GMT" }, 0],
    [{ ratelimit: "limit=10, remaining=0, reset=54" }, 54_000],
    [{ "retry-after": "soon" }, 2000],
    [{}, 2000],
  ])("is what %j says", (headers, expected) => {
    expect(retryAfterMs(new Headers(headers as Record<string, string>), now)).toBe(expected);
  });
});

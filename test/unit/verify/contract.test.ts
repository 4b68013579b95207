import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { BackendQuery } from "../../../vendors/query.ts";
import { querierFor } from "../../../verify/queriers/index.ts";
import { exampleRun } from "./support/example-run.ts";
import { type FakeBackend, fakeJaegerBackend } from "./support/fake-backend.ts";
import { fakeTempo } from "./support/fake-tempo.ts";
import { recorded, since } from "./support/recordings.ts";
import type { FakeServer } from "./support/server.ts";
import { closeVendors, grafanaCloud, honeycomb, newRelic, SECRET } from "./support/vendors.ts";

const open: (FakeServer | FakeBackend)[] = [];
// Minutes after the recorded run: New Relic and Honeycomb are asked for traces of the last day.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date(since.getTime() + 600_000) });
});
afterEach(async () => {
  vi.useRealTimers();
  await closeVendors();
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const run = exampleRun();

async function stores(): Promise<FakeBackend> {
  const backend = await fakeJaegerBackend(recorded);
  open.push(backend);
  return backend;
}

const local = async (): Promise<BackendQuery> => (await stores()).query;

async function lgtm(): Promise<BackendQuery> {
  const { query, loki } = await stores();
  const tempo = await fakeTempo({ spans: run.spans });
  open.push(tempo);
  return { kind: "lgtm", tempo: tempo.url, prometheus: query.prometheus, loki };
}

/** Every backend that can be queried, holding a complete run of the example. */
const backends: readonly (readonly [string, () => Promise<BackendQuery>])[] = [
  ["jaeger", local],
  ["lgtm", lgtm],
  ["grafana-cloud", async () => (await grafanaCloud(recorded, run)).query],
  ["new-relic", async () => (await newRelic(run)).query],
  ["honeycomb", async () => (await honeycomb(run)).query],
];

const hour = 3_600_000;
const window = { from: new Date(since.getTime() - hour), to: new Date(since.getTime() + hour) };
const before = { from: new Date(since.getTime() - 3 * hour), to: new Date(since.getTime() - 2 * hour) };

describe.each(backends)("a querier of %s", (_, start) => {
  test("gives spans with ids, a service and a time after the instant asked for, and the rest of their traces", async () => {
    const spans = await querierFor(await start()).traces({ service: "api", since, limit: 100 });
    expect(spans.filter(({ service }) => service === "api").length).toBeGreaterThan(5);
    for (const span of spans) {
      expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(span.spanId).toMatch(/^[0-9a-f]{16}$/);
      expect(span.parentId ?? "0".repeat(16)).toMatch(/^[0-9a-f]{16}$/);
      expect(span.service).not.toBe("");
    }
    const root = spans.find(({ service, kind }) => service === "api" && kind === "server");
    expect(root?.start.getTime()).toBeGreaterThanOrEqual(since.getTime());
    expect(spans.some(({ parentId, traceId }) => parentId === root?.spanId && traceId === root?.traceId)).toBe(true);
  });

  test("gives one trace by its id, nothing for an unknown id, and a page for a person that names it", async () => {
    const querier = querierFor(await start());
    const [span] = await querier.traces({ service: "api", since, limit: 100 });
    const traceId = span?.traceId ?? "";
    expect((await querier.trace(traceId)).map(({ spanId }) => spanId)).toContain(span?.spanId);
    expect(await querier.trace(`${"0".repeat(31)}1`)).toEqual([]);
    const page = await querier.traceUrl(traceId);
    expect(URL.canParse(page) && decodeURIComponent(page).includes(traceId)).toBe(true);
    expect(page).not.toContain(SECRET);
  });

  test("gives the newest log records of a service, with a time and the trace they belong to", async () => {
    const records = await querierFor(await start()).logs({ service: "api", since, limit: 50 });
    expect(records.length).toBeGreaterThan(0);
    for (const record of records) {
      expect(record.service).toBe("api");
      expect(record.at.getTime()).toBeGreaterThanOrEqual(since.getTime());
    }
    expect(records[0]?.traceId).toMatch(/^[0-9a-f]{32}$/);
  });

  test("gives the metrics of a service's own SDK, and which of some names have a data point", async () => {
    const querier = querierFor(await start());
    expect((await querier.serviceMetrics({ service: "api", since })).length).toBeGreaterThan(0);
    const names = ["postgresql.backends", "no.such.metric"];
    expect(await querier.presentMetrics({ names, since })).toEqual(["postgresql.backends"]);
  });

  test("gives nothing for a service that sends nothing", async () => {
    const querier = querierFor(await start());
    const search = { service: "nobody", since, limit: 10 };
    expect(await querier.traces(search)).toEqual([]);
    expect(await querier.logs(search)).toEqual([]);
    expect(await querier.serviceMetrics(search)).toEqual([]);
  });

  test("counts what a service sent within a window, and nothing outside it", async () => {
    const querier = querierFor(await start());
    const counts = async (of: typeof window) => [
      (await querier.countSpans({ service: "api", window: of })).count,
      (await querier.countLogs({ service: "api", window: of })).count,
    ];
    for (const count of await counts(window)) expect(count).toBeGreaterThan(0);
    expect(await counts(before)).toEqual([0, 0]);
    expect((await querier.countMetrics({ service: "api", window })).count).toBeGreaterThan(0);
  });
});

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { containerIn, crashing } from "../../../guard/look/containers.ts";
import { exportFailuresIn } from "../../../guard/look/exports.ts";
import { askedServices, beginTraffic } from "../../../guard/look/traffic.ts";
import { interval, medianOf } from "../../../guard/shares.ts";
import type { StackOutputs } from "../../../verify/outputs.ts";
import { workIn } from "../../../verify/queriers/parts/work.ts";
import type { Work } from "../../../verify/query.ts";

describe("a share of few", () => {
  test("is known as well as its number allows", () => {
    const rounded = (some: number, all: number) =>
      Object.values(interval(some, all)).map((value) => Math.round(value * 1000) / 1000);
    expect(rounded(1, 3)).toEqual([0.061, 0.792]);
    expect(rounded(20, 100)).toEqual([0.133, 0.289]);
    expect(rounded(0, 50)).toEqual([0, 0.071]);
    expect(rounded(0, 0)).toEqual([0, 1]);
  });

  test("has a middle", () => {
    expect(medianOf([9, 1, 5])).toBe(5);
    expect(medianOf([])).toBeUndefined();
  });
});

describe("a container", () => {
  const line = (state: object, policy = "unless-stopped") =>
    `/game-api\tabc\t3\t${policy}\t${JSON.stringify({ StartedAt: "2026-11-29T11:00:00.5Z", ...state })}`;
  const at = Date.parse("2026-11-29T11:00:10.5Z");

  test("is read from what the engine says", () => {
    const state = { Status: "running", ExitCode: 0, OOMKilled: false, Health: { Status: "healthy" } };
    expect(containerIn(line(state), "game", at)).toEqual({
      name: "api",
      id: "abc",
      state: "running",
      health: "healthy",
      restarts: 3,
      outOfMemory: false,
      exitCode: 0,
      upSeconds: 10,
    });
  });

  test("that is a task and ended well is done", () => {
    expect(containerIn(line({ Status: "exited", ExitCode: 0 }, "no"), "game", at).state).toBe("done");
    expect(containerIn(line({ Status: "exited", ExitCode: 1 }, "no"), "game", at).state).toBe("exited");
  });

  test("that crashes again and again is not waited for; its restarts from before do not count", () => {
    const look = containerIn(line({ Status: "restarting" }), "game", at);
    expect(crashing([look], [])).toBe(look);
    expect(crashing([look], [{ ...look, restarts: 1 }])).toBeUndefined();
  });
});

describe("the collector's log", () => {
  const now = new Date("2026-11-29T11:00:30Z");
  const entry = (error: string, ts: string, change: object = {}) =>
    JSON.stringify({
      level: "info",
      ts,
      msg: "Exporting failed. Will retry the request after interval.",
      "otelcol.component.id": "otlp_http/honeycomb",
      "otelcol.component.kind": "exporter",
      error,
      ...change,
    });

  test("says which backend takes nothing, why, how often and until when", () => {
    const log = [
      "not JSON",
      entry("dial tcp: no such host", "2026-11-29T11:00:10Z"),
      entry("dial tcp: no such host", "2026-11-29T11:00:25Z"),
      entry("request responded with HTTP Status Code 401", "2026-11-29T11:00:26Z"),
      entry("of a scraper", "2026-11-29T11:00:27Z", { "otelcol.component.kind": "receiver" }),
      entry("", "2026-11-29T11:00:27Z", { error: undefined }),
    ].join("\n");
    expect(exportFailuresIn(log, now)).toEqual([
      { exporter: "honeycomb", reason: "dial tcp: no such host", forKey: false, count: 2, ago: 5 },
      { exporter: "honeycomb", reason: "request responded with HTTP Status Code 401", forKey: true, count: 1, ago: 4 },
    ]);
  });

  test.each(["rpc error: Unauthenticated", "status 403", "PermissionDenied", "Message=401 Unauth"])(
    "%s is a refused key",
    (error) => {
      expect(exportFailuresIn(entry(error, "2026-11-29T11:00:26Z"), now)[0]?.forKey).toBe(true);
    },
  );

  test.each(["took 4031 ms", "connection refused", "status 503"])("%s is none", (error) => {
    expect(exportFailuresIn(entry(error, "2026-11-29T11:00:26Z"), now)[0]?.forKey).toBe(false);
  });
});

const everyAsked = (answers: Readonly<Record<string, Work>>): boolean =>
  Object.values(answers).every(({ requests }) => requests > 0);

describe("light traffic", () => {
  test("counts what is not answered and what is answered with a server error, by address without its query", async () => {
    const server = createServer((request, response) => {
      response.statusCode = { "/well?a=1": 200, "/missing": 404, "/broken": 500 }[request.url ?? ""] ?? 200;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const published = { api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, gone: "http://127.0.0.1:1" };
    const outputs = { published, system: { services: [], sources: [] } } as unknown as StackOutputs;
    const requests = ["api/well?a=1", "api/missing", "api/broken", "gone/", "unpublished/"];
    const traffic = beginTraffic(outputs, undefined, requests, new AbortController().signal);
    while ((traffic.answers()["api/well"]?.requests ?? 0) < 2) await sleep(50);
    while (Object.keys(traffic.answers()).length < 4 || !everyAsked(traffic.answers())) await sleep(50);
    await traffic.stop();
    server.close();
    const shares = Object.entries(traffic.answers()).map(([name, { requests, failed }]) => [name, failed / requests]);
    expect(Object.fromEntries(shares)).toEqual({ "api/well": 0, "api/missing": 0, "api/broken": 1, "gone/": 1 });
  });
});

test("only services that are asked have occasion for a span", () => {
  const service = { kind: "python", injected: true, traced: false, browser: false, calls: [] } as const;
  const services = [
    { ...service, name: "api", work: "requests" as const },
    { ...service, name: "web", work: "pages" as const },
    { ...service, name: "inner", work: "requests" as const },
    { ...service, name: "worker", work: "messages" as const },
  ];
  const outputs = {
    system: { services, sources: [] },
    published: { api: "http://a", web: "http://w", worker: "http://x" },
  };
  expect(askedServices(outputs, [])).toEqual(["api", "web"]);
  expect(askedServices(outputs, ["api/orders?page=1", "gone/"])).toEqual(["api"]);
});

describe("what services did, by the collector's counters", () => {
  const series = (labels: object, ...values: readonly [number, number][]) => ({ metric: labels, values });
  const calls = (service: string, status: string) => ({
    __name__: "traces_span_metrics_calls_total",
    service_name: service,
    status_code: status,
  });
  const bucket = (le: string) => ({ __name__: "traces_span_metrics_duration_seconds_bucket", service_name: "api", le });
  const answer = (...result: readonly object[]) => ({ data: { result } });

  test("is what was counted after the instant: a new series from zero, a counter that began anew too", () => {
    const read = answer(
      series(calls("api", "STATUS_CODE_UNSET"), [90, 1000], [105, 1010], [120, 1030]),
      series(calls("api", "STATUS_CODE_ERROR"), [120, 7]),
      series(calls("web", "STATUS_CODE_UNSET"), [90, 500], [105, 20], [120, 25]),
      series(calls("old", "STATUS_CODE_UNSET"), [80, 500], [95, 600]),
    );
    expect(Object.fromEntries(workIn(read, new Date(100_000)))).toEqual({
      api: { requests: 37, failed: 7, slow: 0 },
      web: { requests: 25, failed: 0, slow: 0 },
      old: { requests: 0, failed: 0, slow: 0 },
    });
  });

  test("has a median within its bucket, and what took longer than half a second", () => {
    const read = answer(
      series(bucket("0.1"), [120, 20]),
      series(bucket("0.25"), [120, 60]),
      series(bucket("0.5"), [120, 90]),
      series(bucket("+Inf"), [120, 100]),
    );
    const work = workIn(read, new Date(100_000)).get("api");
    expect(work?.slow).toBe(10);
    expect(work?.median).toBeCloseTo(0.2125, 10);
  });
});

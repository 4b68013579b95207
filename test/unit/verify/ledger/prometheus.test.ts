import { afterEach, expect, test } from "vitest";
import { counted } from "../../../../verify/ledger/reading.ts";
import { querierFor } from "../../../../verify/queriers/index.ts";
import { type FakeBackend, fakeJaegerBackend } from "../support/fake-backend.ts";

let backend: FakeBackend | undefined;
afterEach(() => backend?.close());

const scrape = (a: number, b: number): string =>
  [
    `otelcol_processor_series_limit_dropped_points{metric="a"} ${a}`,
    `otelcol_processor_series_limit_dropped_points{metric="b"} ${b}`,
  ].join("\n");

test("what is counted by metric stays apart on the way through Prometheus", async () => {
  const at = (secondsAgo: number): string => new Date(Date.now() - secondsAgo * 1000).toISOString();
  const scrapes = [
    { at: at(30), text: scrape(10, 1000) },
    { at: at(15), text: scrape(17, 1005) },
  ];
  backend = await fakeJaegerBackend({ traces: {}, series: [], logs: {}, scrapes });
  const since = new Date(Date.now() - 60_000);
  const readings = await querierFor(backend.query).collectorReadings?.({ environment: "dev", since });
  expect(counted(readings ?? [])?.sum("otelcol_processor_series_limit_dropped_points")).toBe(7 + 5);
});

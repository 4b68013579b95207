import { describe, expect, test } from "vitest";
import { estimate, keptShare } from "../../../cost/estimate.ts";
import { BYTES } from "../../../cost/rates.ts";
import { MONTH_SECONDS } from "../../../cost/usage.ts";
import type { Workload } from "../../../cost/workload.ts";
import {
  EXAMPLE,
  EXAMPLE_COUNTED,
  EXAMPLE_UNCOUNTED,
  MEASURED,
  MEASURED_COUNTED,
  MEASURED_HOUR,
  MEASURED_SERIES,
} from "../../support/fixtures/cost/example.ts";

const at = (requests: number, more: Partial<Workload> = {}) =>
  estimate({ ...EXAMPLE, ...more, traffic: { ...more.traffic, requests } });

/** A second. */
const rates = ({ usage }: ReturnType<typeof estimate>) => ({
  series: usage.series,
  points: usage.points / MONTH_SECONDS,
  spans: usage.spans / MONTH_SECONDS,
  records: usage.records / MONTH_SECONDS,
});

describe.each([
  ["eleven minutes", EXAMPLE_UNCOUNTED, MEASURED],
  ["an hour", EXAMPLE_UNCOUNTED, MEASURED_HOUR],
  ["49 minutes with the ledger's counters", EXAMPLE_COUNTED, MEASURED_COUNTED],
] as const)("the estimate of the example is within 20 %% of what %s measured", (_, workload, measured) => {
  test.each(["series", "points", "spans", "records"] as const)("%s", (what) => {
    const estimated = rates(at(measured.requests, workload))[what];
    expect(Math.abs(estimated / measured[what] - 1)).toBeLessThan(0.2);
  });

  test.each(["traces", "metrics", "logs"] as const)("bytes of %s", (signal) => {
    expect(Math.abs(BYTES.otlp[signal] / measured.bytes[signal] - 1)).toBeLessThan(0.2);
  });
});

test.each(["messages", "bytes"] as const)("profiles: %s are within 20 %% of what was measured", (what) => {
  const { usage } = at(MEASURED_COUNTED.requests, EXAMPLE_COUNTED);
  expect(Math.abs((usage.profiles?.[what] ?? 0) / MONTH_SECONDS / MEASURED_COUNTED.profiles[what] - 1)).toBeLessThan(
    0.2,
  );
});

describe("the estimate of every part", () => {
  test("that has more than fifty series is within 20 % of what was measured", () => {
    const parts = new Map(at(1, EXAMPLE_UNCOUNTED).parts.map(({ name, series }) => [name, series]));
    expect([...parts.keys()].filter((name) => name !== "container logs").sort()).toEqual(
      Object.keys(MEASURED_SERIES).sort(),
    );
    const off = Object.entries(MEASURED_SERIES)
      .filter(([, measured]) => measured > 50)
      .filter(([name, measured]) => Math.abs((parts.get(name) ?? 0) / measured - 1) > 0.2);
    expect(off).toEqual([]);
  });
});

describe("what follows from the configuration", () => {
  test("a point a minute is a quarter of the points, and one billed point of each series", () => {
    const often = at(1);
    const seldom = at(1, { metricsInterval: 60 });
    expect(seldom.usage.series).toBe(often.usage.series);
    expect(seldom.usage.samplesPerMinute).toBe(seldom.usage.series);
    // what is counted for the ledger has a point a minute in any case: of four SDKs, and of each service and signal in two places
    const minutely = 4 * 8 + 27 * 2;
    expect(often.usage.samplesPerMinute).toBe((often.usage.series - minutely) * 4 + minutely);
    const [quarter, ledgers] = [seldom.usage.points, (minutely * MONTH_SECONDS) / 60];
    expect(often.usage.points - ledgers).toBeCloseTo(4 * (quarter - ledgers));
  });

  test("spans and records grow with requests, series do not", () => {
    const [idle, busy] = [rates(at(0)), rates(at(100))];
    expect(busy.series).toBe(idle.series);
    expect(busy.points).toBe(idle.points);
    // the daemons run without anybody's asking: one every second, one every two
    expect(idle.spans).toBeCloseTo(3.6);
    expect(idle.records).toBeCloseTo(0.01);
    expect(busy.spans).toBeCloseTo(3.6 + 100 * (2 + 2.61 + 3 * 0.0804), 1);
  });

  test.each([
    ["all", 10, 1],
    ["head", 10, 0.1],
    ["tail", 10, 0.15],
    ["tail", 100, 1],
  ] as const)("sampling %s with a baseline of %d keeps %f of the spans", (mode, baseline, share) => {
    expect(keptShare({ mode, baseline })).toBeCloseTo(share);
    const sampling = { mode, baseline };
    expect(rates(at(1, { sampling })).spans).toBeCloseTo(share * rates(at(1)).spans);
    expect(rates(at(1, { sampling })).series).toBe(rates(at(1)).series);
  });

  test("of each process a profile comes with seven exports of metrics in ten, and with each at a high rate", () => {
    const of = (processes: number, rate: number, metricsInterval = 15) =>
      at(1, { profiles: { processes, rate }, metricsInterval }).usage.profiles;
    expect(at(1).usage.profiles).toBeUndefined();
    expect(of(4, 19)?.messages).toBeCloseTo((0.7 * 4 * MONTH_SECONDS) / 15);
    expect(of(4, 19)?.bytes).toBeCloseTo((3200 * 0.7 * 4 * MONTH_SECONDS) / 15);
    expect(of(1, 100)?.messages).toBeCloseTo(MONTH_SECONDS / 15);
    expect(of(1, 100, 60)?.messages).toBeCloseTo(MONTH_SECONDS / 60);
  });

  test("a ceiling is the most spans that leave", () => {
    expect(rates(at(1000, { sampling: { mode: "all", baseline: 10, ceiling: 50 } })).spans).toBeCloseTo(50);
  });

  test("what is stated takes the place of what is estimated; points follow the series", () => {
    const stated = rates(at(1, { traffic: { requests: 1, spans: 20, records: 5, series: 6000 } }));
    expect(stated).toMatchObject({ series: 6000, spans: 20, records: 5 });
    expect(stated.points / rates(at(1)).points).toBeCloseTo(6000 / rates(at(1)).series);
  });

  test("a stack without services has the series of what it measures", () => {
    const { parts, usage } = estimate({ ...EXAMPLE_UNCOUNTED, services: [], containers: 0, host: false, logged: 0 });
    expect(parts.map(({ name }) => name)).toEqual(["RabbitMQ", "collector", "PostgreSQL", "Redis"]);
    expect(usage).toMatchObject({ series: 641, spans: 0, records: 0 });
  });

  test("counting by service costs a series of each service and signal, as they come in and before each backend", () => {
    const series = (more: Partial<Workload>) => rates(at(1, { ...EXAMPLE_UNCOUNTED, ...more })).series;
    const none = series({});
    // traces, metrics and logs of four services; traces and metrics of nginx; the service graph; three stores, containers, the machine; what
    // five containers write; the collector and the deployment marker
    const counted = 4 * 3 + 2 + 1 + 5 + 5 + 2;
    expect(series({ countedBackends: 1 })).toBe(none + 8 + (counted + 3) * 2);
    expect(series({ countedBackends: 2 })).toBe(none + 8 + (counted + 3) * 3);
    expect(series({ services: EXAMPLE.services })).toBe(none + 4 * 8);
  });

  test("requests are messages where nothing answers any", () => {
    const worker = { name: "w", kind: "python", role: "worker", traced: 0, browser: false, stubStatus: false } as const;
    const spans = (calls: readonly string[]) => rates(at(3, { services: [{ ...worker, calls }] })).spans;
    expect(spans(["RabbitMQ"])).toBeCloseTo(3 * 0.67 * 2);
    expect(spans(["PostgreSQL"])).toBeCloseTo(3 * 2);
  });
});

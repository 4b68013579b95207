import { describe, expect, test } from "vitest";
import { expectedRates } from "../../../cost/expected.ts";
import type { Workload } from "../../../cost/workload.ts";
import { EXAMPLE_UNCOUNTED, MEASURED } from "../../support/fixtures/cost/example.ts";

const of = (more: Partial<Workload>, given = {}) =>
  expectedRates({ ...EXAMPLE_UNCOUNTED, traffic: { requests: 1 }, ...more }, given);

describe("what is expected of a stack that does not say it", () => {
  test("is more than the example was measured to send, and little more in points", () => {
    const { points } = of({});
    expect(points).toBeGreaterThan(MEASURED.points);
    expect(points).toBeLessThan(1.5 * MEASURED.points);
  });

  test("grows with requests in spans and records, and with what is measured in points", () => {
    const [quiet, busy] = [of({}), of({ traffic: { requests: 100 } })];
    expect(busy.spans).toBeGreaterThan(4 * quiet.spans);
    expect(busy.records).toBeGreaterThan(quiet.records);
    expect(busy.points).toBe(quiet.points);
    expect(of({ containers: EXAMPLE_UNCOUNTED.containers + 50 }).points).toBeGreaterThan(quiet.points + 50);
  });

  test("is never below a hundred", () => {
    const nothing = of({ services: [], stores: [], containers: 0, host: false, logged: 0, traffic: { requests: 0 } });
    expect(nothing).toEqual({ spans: 100, points: 100, records: 100 });
    expect(of({ metricsInterval: 60 }).points).toBe(100);
  });

  test("is taken from traffic where that says it, before sampling, and from `expected` before all", () => {
    const sampling = { mode: "head", baseline: 1 } as const;
    expect(of({ sampling, traffic: { requests: 1, spans: 50, records: 30 } })).toMatchObject({
      spans: 500,
      records: 300,
    });
    expect(of({}, { spans: 7, points: 8, records: 9 })).toEqual({ spans: 7, points: 8, records: 9 });
  });
});

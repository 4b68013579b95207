import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../collector/collector.ts";
import { counterOf, send } from "../collector/otlp.ts";
import type { Item } from "../support/fakes/otlp.ts";
import { type Stage, startStage } from "./stage.ts";
import { Traffic } from "./traffic.ts";
import { METRICS_DATASET, VENDORS, type VendorName } from "./vendors.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage?.close());

async function arriveEverywhere(traffic: Traffic): Promise<void> {
  const complete = () => VENDORS.every((name) => traffic.complete(name));
  await until(complete, "everything is everywhere").catch(() => undefined);
  for (const name of VENDORS) expect([name, traffic.accounts(name)]).toEqual([name, traffic.intact]);
}

const points = (name: VendorName, metric: string): readonly Item[] =>
  stage
    .vendor(name)
    .intake.items("metrics")
    .filter((item) => item.name === metric);

describe("one collector, five vendors", () => {
  test("every span, point and record arrives at each, once", async () => {
    const traffic = new Traffic(stage, "all");
    await traffic.send(1000);
    await arriveEverywhere(traffic);
  });

  test("each gets counters in the temporality it takes", async () => {
    const start = Date.now() - 60_000;
    for (const value of [100, 130, 170]) {
      await send(stage.collector.intake, "metrics", counterOf("api", "games.announced", value, start));
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    await until(
      () => VENDORS.every((name) => points(name, "games.announced").length >= 2),
      "the counter is everywhere",
    );
    const shown = (name: VendorName) => points(name, "games.announced").map((p) => [p.temporality, p.value]);
    for (const name of ["grafana-cloud", "honeycomb", "elastic"] as const) {
      expect([name, shown(name)]).toEqual([name, [100, 130, 170].map((value) => ["cumulative", value])]);
    }
    for (const name of ["new-relic", "datadog"] as const) {
      expect([name, shown(name).slice(-2)]).toEqual([name, [30, 40].map((value) => ["delta", value])]);
    }
  });

  test("durations counted from spans come to New Relic as exponential deltas, to everybody else in explicit buckets, by one name", async () => {
    const shapes = (name: VendorName) => [
      ...new Set(points(name, "traces.span.metrics.duration").map((p) => `${p.temporality} ${p.metricKind}`)),
    ];
    await until(() => VENDORS.every((name) => shapes(name).length > 0), "span metrics are everywhere");
    expect(Object.fromEntries(VENDORS.map((name) => [name, shapes(name)]))).toEqual({
      "grafana-cloud": ["cumulative histogram"],
      "new-relic": ["delta exponentialHistogram"],
      honeycomb: ["cumulative histogram"],
      datadog: ["delta histogram"],
      elastic: ["cumulative histogram"],
    });
  });

  test("values are cut to what each keeps, and requests stay below what each takes", async () => {
    const traffic = new Traffic(stage, "long");
    await traffic.send(500, 6000);
    await arriveEverywhere(traffic);
    const longest = (name: VendorName) =>
      Math.max(
        ...stage
          .vendor(name)
          .intake.items("traces")
          .map(({ attributes }) => attributes.value?.length ?? 0),
      );
    expect(longest("new-relic")).toBe(4095);
    expect(longest("grafana-cloud")).toBe(6000);
    const { intake } = stage.vendor("new-relic");
    expect(intake.tooLong).toBe(0);
    expect(intake.largest.get("traces")).toBeLessThanOrEqual(1_000_000);
    expect(stage.vendor("datadog").intake.largest.get("metrics")).toBeLessThanOrEqual(500_000);
  });

  test("Honeycomb files metrics in their dataset, traces and logs by service", () => {
    const { datasets } = stage.vendor("honeycomb").intake;
    expect(datasets.get("api")).toBeGreaterThanOrEqual(1500);
    expect(datasets.get(METRICS_DATASET)).toBeGreaterThan(0);
    expect(datasets.has("unknown_metrics")).toBe(false);
  });

  test("no vendor had anything to refuse", () => {
    const refused = VENDORS.map((name) => [name, [...stage.vendor(name).intake.refused]]);
    expect(refused).toEqual(VENDORS.map((name) => [name, []]));
  });
});

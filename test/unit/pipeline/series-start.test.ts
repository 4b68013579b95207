import { expect, test } from "vitest";
import { buildPipeline } from "../../../pipeline/build.ts";
import { pipelineId } from "../../../pipeline/model.ts";
import type { Distribution } from "../../../pipeline/versions.ts";
import { dev } from "./inputs.ts";

const built = (distribution: Distribution, redFlushSeconds?: number) =>
  buildPipeline({
    ...dev,
    collector: { ...dev.collector, distribution },
    ...(redFlushSeconds !== undefined && { redFlushSeconds }),
  });

test("what counts from zero has its zero added before it is counted as received; what scrapers read is left alone", () => {
  const starts = new Map(
    built("own").service.pipelines.map((one) => [
      pipelineId(one),
      one.processors.filter((id) => id.startsWith("series_start")),
    ]),
  );
  expect([...starts].filter(([, ids]) => ids.length > 0)).toEqual([
    ["metrics/apps", ["series_start/apps"]],
    ["metrics/from-spanmetrics", ["series_start/spans"]],
    ["metrics/from-servicegraph", ["series_start/spans"]],
  ]);
});

test("a connector's series are missed by the interval in which it emits them", () => {
  const settings = built("own", 5).processors.filter(({ kind }) => kind === "series_start");
  expect(settings.map((one) => one.settings)).toEqual([{ source: "sdk" }, { source: "connector", interval: "5s" }]);
});

test.each([
  ["own", "10m"],
  ["upstream", "1h"],
  ["alloy", "1h"],
] as const)("series of spans end in a collector of %s after %s without any", (distribution, expiration) => {
  const { connectors, processors } = built(distribution);
  const spans = connectors.find(({ kind }) => kind === "spanmetrics");
  expect(Reflect.get(spans?.settings ?? {}, "metrics_expiration")).toBe(expiration);
  expect(processors.some(({ kind }) => kind === "series_start")).toBe(distribution === "own");
});

import { describe, expect, test } from "vitest";
import { buildPipeline } from "../../../pipeline/build.ts";
import { type Pipeline, pipelineId, type SignalPipeline } from "../../../pipeline/model.ts";
import { cloud, deltaCloud, dev } from "./inputs.ts";

describe("span metrics", () => {
  const counters = (pipeline: Pipeline) =>
    pipeline.connectors
      .filter(({ kind }) => kind === "spanmetrics")
      .map(({ name, settings }) => [name, Object.keys(Reflect.get(settings, "histogram"))]);

  test("come in explicit buckets for everybody", () => {
    expect(counters(buildPipeline(dev))).toEqual([[undefined, ["unit", "explicit"]]]);
  });

  test("come in exponential ones alone where every backend takes those", () => {
    const pipeline = buildPipeline({ ...dev, backends: [deltaCloud] });
    expect(counters(pipeline)).toEqual([["exponential", ["unit", "exponential"]]]);
    const { receivers, exporters } = pipelineOf(pipeline, "metrics/from-spanmetrics");
    expect([receivers, exporters]).toEqual([["spanmetrics/exponential"], ["forward/metrics"]]);
  });

  test("come in both to backends that differ, each to its own, and the service graph to both", () => {
    const pipeline = buildPipeline({ ...dev, backends: [cloud, deltaCloud] });
    const ways = ["metrics/in", "metrics/in-spanmetrics", "metrics/in-spanmetrics-exponential"].map((id) => {
      const { receivers, exporters, processors } = pipelineOf(pipeline, id);
      // only the first counts what is received: the others lead to some exporters only
      expect(processors).toEqual(
        id === "metrics/in"
          ? ["item_counter/received", "clock_guard", "resource/deployment", "privacy", "series_limit"]
          : ["transform/span-metrics", "series_start/spans", "clock_guard", "resource/deployment", "privacy"],
      );
      return [receivers, exporters];
    });
    expect(ways).toEqual([
      [["forward/metrics"], ["forward/to-cloud", "forward/to-delta-cloud"]],
      [["spanmetrics"], ["forward/to-cloud"]],
      [["spanmetrics/exponential"], ["forward/to-delta-cloud"]],
    ]);
  });
});

function pipelineOf(pipeline: Pipeline, id: string): SignalPipeline {
  const found = pipeline.service.pipelines.find((p) => pipelineId(p) === id);
  if (found === undefined) throw new Error(`no pipeline ${id}`);
  return found;
}

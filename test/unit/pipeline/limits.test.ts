import { expect, test } from "vitest";
import { buildPipeline } from "../../../pipeline/build.ts";
import type { PipelineInput } from "../../../pipeline/input.ts";
import { dev } from "./inputs.ts";

const processorsOf = (input: Partial<PipelineInput>, pipeline: string) => {
  const built = buildPipeline({ ...dev, ...input });
  const { processors } = built.service.pipelines.find(({ signal, name }) => `${signal}/${name}` === pipeline) ?? {};
  return {
    ids: processors ?? [],
    settings: (kind: string) => built.processors.find((one) => one.kind === kind)?.settings,
  };
};

test("the series of each metric are bounded last, behind the counter of what is received", () => {
  const { ids, settings } = processorsOf({}, "metrics/in");
  expect(ids.at(-1)).toBe("series_limit");
  expect(settings("series_limit")).toEqual({ per_metric: 5000, expire: "15m" });
});

test("a limit, and one of a single metric, are those of the configuration", () => {
  const { settings } = processorsOf({ limits: { series: 200, metrics: { "app.users": 0 } } }, "metrics/in");
  const ledger = { otelcol_ledger_items: 2000, otelcol_ledger_minute_items: 2000 };
  expect(settings("series_limit")).toEqual({ per_metric: 200, metrics: { ...ledger, "app.users": 0 }, expire: "15m" });
});

test("the ledger's own counters are not limited with the others, unless somebody names them", () => {
  const metrics = { otelcol_ledger_items: 5 };
  const { settings } = processorsOf({ limits: { series: 200, metrics } }, "metrics/in");
  expect(settings("series_limit")).toMatchObject({
    metrics: { otelcol_ledger_items: 5, otelcol_ledger_minute_items: 2000 },
  });
});

test("repeated records pass where nobody limits them, and are thinned out behind privacy where somebody does", () => {
  expect(processorsOf({}, "logs/in").ids).not.toContain("log_dedup");
  const { ids, settings } = processorsOf({ limits: { repeatedRecords: 100 } }, "logs/in");
  expect(ids.slice(-2)).toEqual(["privacy", "log_dedup"]);
  expect(settings("log_dedup")).toEqual({ limit: 100, window: "10s" });
});

test("a collector that others built has neither", () => {
  const upstream = { ...dev.collector, distribution: "upstream" } as const;
  const limits = { series: 10, repeatedRecords: 1 };
  for (const pipeline of ["metrics/in", "logs/in"]) {
    const { ids } = processorsOf({ collector: upstream, limits }, pipeline);
    expect(ids.filter((id) => /series_limit|log_dedup/.test(id))).toEqual([]);
  }
});

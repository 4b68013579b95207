import { expect, test } from "vitest";
import { buildPipeline } from "../../../pipeline/build.ts";
import type { PipelineInput } from "../../../pipeline/input.ts";
import { LEDGER_METRICS } from "../../../verify/ledger/reading.ts";
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
  expect(settings("series_limit")).toMatchObject({ per_metric: 200, metrics: { "app.users": 0 }, expire: "15m" });
});

test("what the ledger reads is not limited with the others, unless somebody names it", () => {
  const metrics = { otelcol_ledger_items: 5 };
  const { settings } = processorsOf({ limits: { series: 200, metrics } }, "metrics/in");
  const { otelcol_ledger_items: named, ...others } = Object(Reflect.get(settings("series_limit") ?? {}, "metrics"));
  expect(named).toBe(5);
  expect(new Set(Object.values(others))).toEqual(new Set([2000]));
  expect(Object.keys(others).filter((name) => !new RegExp(`^${LEDGER_METRICS}$`).test(name))).toEqual([]);
  for (const name of ["otelcol_processor_incoming_items", "otelcol_exporter_sent_spans", "otelcol_exporter_queue_size"])
    expect(others).toHaveProperty(name);
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

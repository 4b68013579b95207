import { describe, expect, test } from "vitest";
import { buildPipeline } from "../../../pipeline/build.ts";
import type { PipelineInput } from "../../../pipeline/input.ts";
import { type Pipeline, pipelineId, type SignalPipeline } from "../../../pipeline/model.ts";
import { anyOtlp, cloud, deltaCloud, dev, jaeger, twoBackends, twoBackendsOwn } from "./inputs.ts";

describe("the way of the data", () => {
  test("dev has one pipeline in per signal, one per source, one out per signal", () => {
    expect(buildPipeline(dev).service.pipelines.map(pipelineId)).toEqual([
      "traces/in",
      "metrics/apps",
      "metrics/from-postgres",
      "metrics/from-redis",
      "metrics/from-rabbitmq",
      "metrics/from-nginx",
      "metrics/from-docker",
      "metrics/from-host",
      "metrics/from-collector",
      "metrics/from-spanmetrics",
      "metrics/from-servicegraph",
      "metrics/in",
      "logs/in",
      "traces/to-jaeger",
      "metrics/to-jaeger",
      "logs/to-jaeger",
    ]);
  });

  test("spans are limited, filtered, named, brought to today's conventions and redacted, then counted, then sent", () => {
    expect(pipelineOf(buildPipeline(dev), "traces/in")).toEqual({
      signal: "traces",
      name: "in",
      receivers: ["otlp"],
      processors: [
        "memory_limiter",
        "item_counter/received",
        "clock_guard",
        "filter/noise",
        "resource/deployment",
        "transform/conventions",
        "privacy",
      ],
      exporters: ["spanmetrics", "servicegraph", "forward/to-jaeger"],
    });
  });

  test("all metrics, scraped, sent and counted, are redacted in one place before they leave", () => {
    expect(pipelineOf(buildPipeline(dev), "metrics/in")).toEqual({
      signal: "metrics",
      name: "in",
      receivers: ["forward/metrics"],
      processors: ["item_counter/received", "clock_guard", "resource/deployment", "privacy", "series_limit"],
      exporters: ["forward/to-jaeger"],
    });
  });

  test("without sampling only what keeps a full queue to itself and what counts stand before an exporter", () => {
    expect(pipelineOf(buildPipeline(dev), "traces/to-jaeger").processors).toEqual([
      "drop_overflow",
      "item_counter/jaeger",
    ]);
  });

  test("a collector of somebody else knows neither that nor what keeps refused data", () => {
    const collector = { ...dev.collector, distribution: "upstream" as const };
    const pipeline = buildPipeline({ ...dev, collector, backends: [cloud] });
    expect(pipelineOf(pipeline, "traces/to-cloud").processors).toEqual([]);
    expect(pipeline.service.extensions).toEqual(["health_check", "file_storage/queue", "basicauth/cloud"]);
    expect(pipeline.exporters[0]?.settings).not.toHaveProperty("middlewares");
  });

  test("spans are sampled once for all backends: by our own processor, bounded by memory", () => {
    const pipeline = buildPipeline(twoBackendsOwn);
    expect(pipelineOf(pipeline, "traces/in").exporters.at(-1)).toBe("forward/sampled");
    expect(pipelineOf(pipeline, "traces/sampled")).toEqual({
      signal: "traces",
      name: "sampled",
      receivers: ["forward/sampled"],
      processors: ["trace_sampler"],
      exporters: ["forward/to-cloud", "forward/to-delta-cloud"],
    });
    expect(pipelineOf(pipeline, "traces/to-cloud").processors).toEqual(["drop_overflow", "item_counter/cloud"]);
    expect(pipeline.processors.find(({ kind }) => kind === "trace_sampler")?.settings).toEqual({
      mode: "tail",
      baseline: 10,
      slow: "1000ms",
      decision_wait: "10s",
      memory_bytes: 76 * 2 ** 20,
    });
  });

  test.each([
    [{ mode: "all" }, undefined],
    [{ mode: "tail", baselinePercent: 100, slowMs: 1000 }, undefined],
    [
      { mode: "all", ceiling: 500 },
      { mode: "head", baseline: 100, ceiling: 500 },
    ],
    [
      { mode: "head", baselinePercent: 5 },
      { mode: "head", baseline: 5 },
    ],
    [
      { mode: "tail", baselinePercent: 5, slowMs: 20_000, ceiling: 90 },
      { mode: "tail", baseline: 5, slow: "20000ms", decision_wait: "25s", ceiling: 90 },
    ],
  ] as const)("sampling %o", (sampling, wanted) => {
    const settings = buildPipeline({ ...dev, sampling }).processors.find(
      ({ kind }) => kind === "trace_sampler",
    )?.settings;
    expect(settings).toEqual(wanted && { ...wanted, memory_bytes: 38 * 2 ** 20 });
  });

  test("what services sampled themselves gets its weight at a backend that reads one, from our own distribution", () => {
    const weighed = {
      ...cloud,
      exporters: cloud.exporters.map((each) => ({ ...each, sampleRateAttribute: "SampleRate" })),
    };
    const samplers = (more: Partial<PipelineInput>) =>
      buildPipeline({ ...dev, backends: [weighed], sampling: { mode: "all" }, sampledBefore: true, ...more })
        .processors.filter(({ kind }) => kind === "trace_sampler")
        .map(({ settings }) => settings);
    expect(samplers({})).toEqual([
      expect.objectContaining({ mode: "head", baseline: 100, rate_attributes: ["SampleRate"] }),
    ]);
    expect(samplers({ sampledBefore: false })).toEqual([]);
    expect(samplers({ backends: [cloud] })).toEqual([]);
    expect(samplers({ collector: { ...dev.collector, distribution: "upstream" } })).toEqual([]);
  });

  test("upstream's tail sampling holds as many traces as memory has room for, whatever the rate, and batches behind", () => {
    const pipeline = buildPipeline(twoBackends);
    expect(pipelineOf(pipeline, "traces/sampled").processors).toEqual(["tail_sampling", "batch/sampled"]);
    // 15 % of 512 MiB at 1440 bytes a span
    expect(pipeline.processors.find(({ kind }) => kind === "tail_sampling")?.settings).toMatchObject({
      num_traces: 55_341,
      decision_cache: { sampled_cache_size: 110_682, non_sampled_cache_size: 110_682 },
    });
    const head = buildPipeline({ ...twoBackends, sampling: { mode: "head", baselinePercent: 20 } });
    expect(pipelineOf(head, "traces/sampled").processors).toEqual(["probabilistic_sampler"]);
  });

  test("only the backend that wants deltas gets them, and only its values are cut", () => {
    const pipeline = buildPipeline(twoBackends);
    expect(pipelineOf(pipeline, "metrics/to-cloud").processors).toEqual([]);
    expect(pipelineOf(pipeline, "metrics/to-delta-cloud").processors).toEqual([
      "transform/uptime-as-gauge",
      "cumulativetodelta/to-delta-cloud",
      "transform/to-delta-cloud",
    ]);
  });

  test("a signal no backend takes is not gathered", () => {
    const pipeline = buildPipeline({
      ...dev,
      backends: [{ name: "t", exporters: [{ signals: ["traces"], endpoint: "http://t:4318" }] }],
    });
    expect(pipeline.service.pipelines.map(pipelineId)).toEqual(["traces/in", "traces/to-t"]);
    expect(pipeline.receivers.map((r) => r.kind)).toEqual(["otlp"]);
    expect(pipeline.connectors.map((c) => c.kind)).toEqual(["forward"]);
  });

  test("a swap of backend changes nothing before the way out but the kind of histogram", () => {
    const either = (id: string) => id.replace("spanmetrics/exponential", "spanmetrics");
    const withoutExits = (p: Pipeline) =>
      p.service.pipelines
        .filter((c) => !c.name?.startsWith("to-"))
        .map((c) => ({ ...c, receivers: c.receivers.map(either), exporters: [] }));
    const before = buildPipeline({ ...dev, backends: [jaeger] });
    const after = buildPipeline({ ...dev, backends: [deltaCloud] });
    expect(withoutExits(after)).toEqual(withoutExits(before));
    expect(after.receivers).toEqual(before.receivers);
  });
});

describe("delivery", () => {
  test("the queue lies on disk, holds the outage budget, never blocks and never gives up", () => {
    const [exporter] = buildPipeline(twoBackends).exporters;
    expect(exporter).toMatchObject({
      kind: "otlphttp",
      name: "cloud",
      settings: {
        retry_on_failure: { enabled: true, max_elapsed_time: "0s" },
        // 300 log records a second, the largest of the three rates, for 7200 s
        sending_queue: {
          queue_size: 2_160_000,
          sizer: "items",
          storage: { component: "file_storage/queue" },
          block_on_overflow: false,
          batch: { sizer: "items", min_size: 2048, max_size: 4096 },
        },
      },
    });
  });

  test("a backend with a limit gets requests counted in bytes, a tenth below it", () => {
    const exporter = buildPipeline(twoBackends).exporters.find((e) => e.name === "delta-cloud");
    expect(exporter?.settings).toMatchObject({
      sending_queue: { batch: { sizer: "bytes", min_size: 450_000, max_size: 900_000 } },
    });
  });

  test("an exporter with a key keeps what is refused for as long as an outage may last, one without has nothing to keep", () => {
    const pipeline = buildPipeline({ ...dev, backends: [cloud, jaeger], outageBudgetSeconds: 7200 });
    const middlewares = pipeline.exporters.map(({ name, settings }) => [name, Reflect.get(settings, "middlewares")]);
    expect(middlewares).toEqual([
      ["cloud", [{ id: { component: "retryable_status" } }]],
      ["jaeger", undefined],
    ]);
    const extension = pipeline.extensions.find(({ kind }) => kind === "retryable_status");
    expect(extension?.settings).toMatchObject({ lone_refusals: 10, max_age: "7500s" });
    expect(Reflect.get(extension?.settings ?? {}, "codes").slice(0, 3)).toEqual([401, 402, 403]);
  });

  test("basic auth is an extension of its own, started, and referred to by the exporter", () => {
    const pipeline = buildPipeline({ ...dev, backends: [cloud] });
    expect(pipeline.service.extensions).toEqual([
      "health_check",
      "intake_limit",
      "file_storage/queue",
      "basicauth/cloud",
      "retryable_status",
    ]);
    expect(pipeline.exporters[0]?.settings).toMatchObject({
      auth: { authenticator: { component: "basicauth/cloud" } },
    });
  });

  test("a backend may have several exporters, each with the signals it takes", () => {
    const pipeline = buildPipeline({ ...dev, backends: [anyOtlp] });
    expect(pipeline.exporters.map((e) => e.name)).toEqual(["otlp", "otlp-metrics"]);
    expect(pipeline.service.pipelines.map(pipelineId).filter((id) => id.includes("/to-"))).toEqual([
      "traces/to-otlp",
      "logs/to-otlp",
      "metrics/to-otlp-metrics",
    ]);
  });
});

describe("names", () => {
  test("two backends of one name are refused", () => {
    expect(() => buildPipeline({ ...dev, backends: [jaeger, jaeger] })).toThrow(
      'Duplicate backend exporter name "jaeger": give one of them another name.',
    );
  });

  test("a source cannot take the collector's own name", () => {
    expect(() =>
      buildPipeline({ ...dev, sources: [{ kind: "redis", name: "collector", endpoint: "redis:6379" }] }),
    ).toThrow('Duplicate source name "collector"');
  });

  test("a name that cannot stand in a component id is refused", () => {
    expect(() => buildPipeline({ ...dev, backends: [{ ...jaeger, name: "My/Backend" }] })).toThrow(
      'backend exporter "My/Backend" cannot be part of a component id',
    );
  });
});

describe("scraping", () => {
  test("the Docker proxy is spoken to as the receiver's client wants it, its version a string", () => {
    const docker = buildPipeline(dev).receivers.find((r) => r.kind === "docker_stats");
    expect(docker?.settings).toMatchObject({ endpoint: "unix:///run/docker-api/api.sock", api_version: "1.44" });
  });

  test("RabbitMQ's plugin is asked for totals and for the coarse numbers of each queue", () => {
    const rabbitmq = buildPipeline(dev).receivers.find((r) => r.name === "rabbitmq");
    expect(rabbitmq?.settings).toMatchObject({
      config: {
        scrape_configs: [
          { job_name: "rabbitmq" },
          {
            job_name: "rabbitmq-queues",
            metrics_path: "/metrics/detailed",
            params: { family: ["queue_coarse_metrics", "queue_consumer_count", "queue_delivery_metrics"] },
          },
        ],
      },
    });
  });
});

function pipelineOf(pipeline: Pipeline, id: string): SignalPipeline {
  const found = pipeline.service.pipelines.find((p) => pipelineId(p) === id);
  if (found === undefined) throw new Error(`no pipeline ${id}`);
  return found;
}

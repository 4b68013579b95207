import { expect, test } from "vitest";
import { buildPipeline } from "../../../pipeline/build.ts";
import { checkPipeline } from "../../../pipeline/checks/index.ts";
import type { PipelineInput } from "../../../pipeline/input.ts";
import { renderAlloy } from "../../../pipeline/render/alloy/index.ts";
import { renderCollector } from "../../../pipeline/render/collector.ts";
import { startArguments } from "../../../pipeline/start-arguments.ts";
import { dev, measured } from "./inputs.ts";

const ADDRESS = "https://profiles.example.org/v1development/profiles";
const profiles = { samplesPerSecond: 76 };

/** Two backends, of which the second takes profiles, with a key. */
const input: PipelineInput = {
  ...dev,
  profiles,
  backends: [
    ...dev.backends,
    {
      name: "other",
      exporters: [
        {
          signals: ["traces", "metrics", "logs"],
          endpoint: "https://otlp.example.org",
          profiles: ADDRESS,
          headers: { authorization: { secret: "key" } },
          maxRequestBytes: 1_000_000,
          sampleRateAttribute: "SampleRate",
        },
      ],
    },
  ],
};

test("profiles are limited, counted and redacted before anything reads their resource, then reach the backend that takes them", () => {
  const of = buildPipeline(input).service.pipelines.filter(({ signal }) => signal === "profiles");
  expect(of.map(({ receivers, processors, exporters }) => [...receivers, ...processors, ...exporters])).toEqual([
    ["otlp", "memory_limiter", "item_counter/received", "privacy", "resource/deployment", "forward/to-other-profiles"],
    ["forward/to-other-profiles", "drop_overflow", "item_counter/other-profiles", "otlphttp/other-profiles"],
  ]);
});

test("their exporter is signed in as the others of the backend, and sends what it gets as it is, from a queue for the outage budget", () => {
  const exporter = buildPipeline(input).exporters.find(({ name }) => name === "other-profiles");
  expect(exporter?.settings).toMatchObject({
    profiles_endpoint: ADDRESS,
    headers: { authorization: { secret: "key" } },
    middlewares: [{ id: { component: "retryable_status" } }],
    sending_queue: { sizer: "items", queue_size: 46_000, storage: { component: "file_storage/queue" } },
  });
  expect(exporter?.settings).not.toHaveProperty("endpoint");
  expect(exporter?.settings).not.toHaveProperty("sending_queue.batch");
});

test("the collector is started with the gate for profiles only where it carries them", () => {
  const tail = { mode: "tail", baselinePercent: 10, slowMs: 1000 } as const;
  const argsOf = (more: Partial<PipelineInput>) =>
    startArguments(renderCollector(buildPipeline({ ...input, ...more }), "0.145.0"));
  expect(argsOf({})).toEqual(["--feature-gates=service.profilesSupport"]);
  const { profiles: _, ...without } = input;
  expect(startArguments(renderCollector(buildPipeline(without), "0.145.0"))).toEqual([]);
  const upstream = { ...input.collector, distribution: "upstream" } as const;
  expect(argsOf({ sampling: tail, collector: upstream })).toEqual([
    "--feature-gates=processor.tailsamplingprocessor.recordpolicy,service.profilesSupport",
  ]);
});

test("nothing is different for backends that take none, or where they are off", () => {
  expect(buildPipeline({ ...dev, profiles })).toEqual(buildPipeline(dev));
});

test("without redaction they are refused as any signal", () => {
  const built = buildPipeline(input);
  const bare = {
    ...built,
    service: {
      ...built.service,
      pipelines: built.service.pipelines.map((one) =>
        one.signal === "profiles" ? { ...one, processors: one.processors.filter((id) => id !== "privacy") } : one,
      ),
    },
  };
  const target = {
    version: "0.145.0",
    distribution: "own",
    secrets: ["key"],
    backends: input.backends,
    memoryMiB: 256,
  } as const;
  const of = (pipeline: typeof built) =>
    checkPipeline(pipeline, target)
      .filter(({ place }) => place.includes("profiles"))
      .map(({ id, place }) => `${id} ${place}`);
  expect(of(built)).toEqual([]);
  expect(of(bare)).toEqual(["unredacted-exporter service.pipelines.profiles/to-other-profiles.exporters"]);
});

test("Alloy renders none", () => {
  const collector = { ...measured.collector, distribution: "alloy" } as const;
  const built = buildPipeline({ ...input, sources: [], collector });
  expect(() => renderAlloy(built)).toThrow("Alloy carries no profiles");
});

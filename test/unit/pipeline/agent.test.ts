import { expect, test } from "vitest";
import { agentPipeline } from "../../../pipeline/agent.ts";
import { renderCollector } from "../../../pipeline/render/collector.ts";
import { startArguments } from "../../../pipeline/start-arguments.ts";

const collector = { version: "0.145.0", distribution: "own", memoryMiB: 128 } as const;
const GATE = ["--feature-gates=service.profilesSupport"];

test.each(["one", "several"] as const)(
  "an agent before %s hands on profiles as they come, where there are any",
  (behind) => {
    const pipeline = agentPipeline({ collector, profiles: { samplesPerSecond: 100 } }, behind);
    const [carrying] = pipeline.service.pipelines.filter(({ signal }) => signal === "profiles");
    expect(carrying).toMatchObject({ receivers: ["otlp"], exporters: ["otlphttp/collector-profiles"] });
    const [exporter] = pipeline.exporters.filter(({ name }) => name === "collector-profiles");
    expect(exporter?.settings).toMatchObject({
      profiles_endpoint: "http://collector:4318/v1development/profiles",
      sending_queue: { queue_size: 60_000, storage: { component: "file_storage/queue" } },
    });
    // what merges them drops what it would have to split
    expect(exporter?.settings).not.toHaveProperty("sending_queue.batch");
    expect(startArguments(renderCollector(pipeline, collector.version))).toEqual(GATE);
  },
);

test("without profiles an agent has neither their pipeline nor the feature gate", () => {
  const pipeline = agentPipeline({ collector });
  expect(pipeline.service.pipelines.map(({ signal }) => signal)).toEqual(["traces", "metrics", "logs"]);
  expect(startArguments(renderCollector(pipeline, collector.version))).toEqual([]);
});

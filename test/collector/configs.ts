import { parseDocument } from "yaml";
import type { BackendProfile } from "../../pipeline/backend-profile.ts";
import { buildPipeline } from "../../pipeline/build.ts";
import type { PipelineInput } from "../../pipeline/input.ts";
import { renderCollector } from "../../pipeline/render/collector.ts";
import type { Sink } from "./sink.ts";

export const version = "0.145.0";

export function sinkBackend(
  name: string,
  sink: Sink,
  more: Partial<BackendProfile["exporters"][number]> = {},
): BackendProfile {
  return { name, exporters: [{ signals: ["traces", "metrics", "logs"], endpoint: sink.url, ...more }] };
}

export function inputFor(backends: readonly BackendProfile[], more: Partial<PipelineInput> = {}): PipelineInput {
  return {
    environment: "test",
    namespace: "game-scheduler",
    collector: { memoryMiB: 256, version, distribution: "own" },
    sources: [],
    backends,
    sampling: { mode: "all" },
    privacy: { patterns: [], keep: [] },
    outageBudgetSeconds: 60,
    redFlushSeconds: 2,
    ...more,
  };
}

/** What is rendered, with the one change that lets a test read what arrives: JSON instead of protobuf. */
export function readableConfig(input: PipelineInput): string {
  const pipeline = buildPipeline(input);
  const config = parseDocument(renderCollector(pipeline, version));
  for (const exporter of pipeline.exporters)
    config.setIn(["exporters", `otlp_http/${exporter.name}`, "encoding"], "json");
  return config.toString({ lineWidth: 0 });
}

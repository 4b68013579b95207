import { componentId } from "./component.ts";
import type { Exporter } from "./components.ts";
import { defaultRates, type PipelineInput } from "./input.ts";
import { INTAKE, otlpReceiver } from "./intake.ts";
import { memoryLimiter } from "./memory.ts";
import type { Pipeline } from "./model.ts";
import { queueItems, queueStorage, retryForever, sendingQueue } from "./queue.ts";
import { healthCheck, selfTelemetry } from "./self-telemetry.ts";
import { SIGNALS } from "./signal.ts";

/** Memory of an agent's container, which only hands on. */
export const AGENT_MEMORY_MIB = 128;

/** How long the collector may be away: it comes back with the next `up`, and points older than half an hour would be refused there. */
const COLLECTOR_AWAY_SECONDS = 600;

/**
 * What an agent does between services and collector: it takes what they send at once, and holds it in a queue of its own on disk until the
 * collector has it. Nothing is changed on the way: what is dropped, hidden, counted and sampled is decided in one place.
 */
export function agentPipeline({
  collector,
  expected = defaultRates,
}: Pick<PipelineInput, "collector" | "expected">): Pipeline {
  const otlp = otlpReceiver();
  const limiter = memoryLimiter(collector.memoryMiB);
  const exporter: Exporter<"otlphttp"> = {
    kind: "otlphttp",
    name: "collector",
    settings: {
      endpoint: INTAKE,
      // on the network of the containers, where bytes cost nothing
      compression: "none",
      timeout: "30s",
      retry_on_failure: retryForever,
      sending_queue: sendingQueue(queueItems(SIGNALS, expected, COLLECTOR_AWAY_SECONDS), undefined),
    },
  };
  const extensions = [...healthCheck(collector.distribution), queueStorage(collector.distribution)];
  return {
    receivers: [otlp],
    processors: [limiter],
    connectors: [],
    exporters: [exporter],
    extensions,
    service: {
      extensions: extensions.map(componentId),
      telemetry: selfTelemetry(),
      pipelines: SIGNALS.map((signal) => ({
        signal,
        receivers: [componentId(otlp)],
        processors: [componentId(limiter)],
        exporters: [componentId(exporter)],
      })),
    },
  };
}
